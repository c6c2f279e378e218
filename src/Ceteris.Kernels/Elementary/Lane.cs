namespace Ceteris.Kernels;

/// <summary>One float: what a function does to it is the definition of its bits.</summary>
readonly struct Lane(float v) : ILanes<Lane>
{
    internal readonly float Value = v;

    public static int Count => 1;

    public static unsafe Lane Load(float* from) => new(*from);

    public static unsafe void Store(Lane a, float* to) => *to = a.Value;

    public static implicit operator Lane(float value) => new(value);

    public static Lane operator +(Lane a, Lane b) => new(a.Value + b.Value);

    public static Lane operator -(Lane a, Lane b) => new(a.Value - b.Value);

    public static Lane operator *(Lane a, Lane b) => new(a.Value * b.Value);

    public static Lane operator /(Lane a, Lane b) => new(a.Value / b.Value);

    public static Lane operator -(Lane a) => new(-a.Value);

    public static Lane Fma(Lane a, Lane b, Lane c) => new(MathF.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    public static Lane Abs(Lane a) => new(MathF.Abs(a.Value));

    public static Lane WithSignOf(Lane a, Lane b) => FromBits(Bits(a) | (Bits(b) & int.MinValue));

    public static Lane Lesser(Lane a, Lane b) => a.Value < b.Value ? a : b;

    public static Lane Greater(Lane a, Lane b) => a.Value > b.Value ? a : b;

    public static Lane IfLess(Lane a, Lane b, Lane then, Lane otherwise) => a.Value < b.Value ? then : otherwise;

    public static Lane IfEqual(Lane a, Lane b, Lane then, Lane otherwise) => a.Value == b.Value ? then : otherwise;

    public static Lane Scale(Lane p, Lane t)
    {
        int half = Bits(t) >> 1 << 23;
        return p * FromBits(half) * FromBits((Bits(t) << 23) - half);
    }

    public static Lane Power(Lane t) => FromBits(Bits(t) << 23);

    public static Lane Split(Lane x, out Lane power)
    {
        int above = Bits(x) - Elementary.HalfRoot2Bits;
        power = above >> 23;
        return FromBits(Bits(x) - (above & Elementary.ExponentMask));
    }

    static int Bits(Lane a) => BitConverter.SingleToInt32Bits(a.Value);

    static Lane FromBits(int bits) => BitConverter.Int32BitsToSingle(bits);
}
