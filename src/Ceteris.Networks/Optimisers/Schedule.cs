namespace Ceteris.Networks;

/// <summary>What a schedule counts.</summary>
public enum ScheduleUnit
{
    Epoch,
    Step,
}

/// <summary>
/// A learning rate over time: a pure function of the base rate, the time and the length of the run, in double precision
/// from + − × ÷ alone, so that it has the same bits everywhere. The formulas are PyTorch's.
/// </summary>
public abstract record Schedule
{
    /// <summary>What time is counted in: epochs, as PyTorch's schedulers are stepped by convention, or steps.</summary>
    public virtual ScheduleUnit Unit => ScheduleUnit.Epoch;

    /// <summary>The rate at a time from 0, in a run of <paramref name="total"/> epochs or steps.</summary>
    public abstract double Rate(double rate, int time, int total);

    static readonly string[] names =
        ["constant", "step", "multi_step", "exponential", "cosine", "one_cycle", "linear", "warmup"];

    /// <summary>How schedules are written, for people: numbers with = may be left out, and are this then.</summary>
    public const string Forms = "constant, step(EPOCHS,FACTOR=0.1), multi_step(FACTOR,EPOCH,…), exponential(FACTOR), "
        + "cosine or cosine(EPOCHS,LEAST=0), one_cycle(RISE=0.3,DIVISOR=25,FINAL=10000), linear(FROM,TO,EPOCHS), "
        + "warmup(EPOCHS,FROM=1/3)+ANY";

    /// <summary>
    /// A schedule as it is written: <c>constant</c>, <c>step(30,0.1)</c>, <c>multi_step(0.2,60,120)</c>,
    /// <c>exponential(0.95)</c>, <c>cosine</c>, <c>one_cycle</c>, <c>linear(0.1,1,10)</c>; <c>warmup(5)+cosine</c> for
    /// one after a warm-up. <see cref="SettingException"/> for anything else. <see cref="object.ToString"/> of what is
    /// read writes it the one way, without numbers at the end that are their defaults.
    /// </summary>
    public static Schedule Parse(string text)
    {
        int plus = text.IndexOf('+');
        var call = Call.Parse(plus < 0 ? text : text[..plus]);
        if (plus >= 0 && call.Name != "warmup")
            throw new SettingException($"expected warmup before +, got '{text}'");
        var then = plus < 0 ? null : Parse(text[(plus + 1)..]);
        return call.Name switch
        {
            "constant" => call.Takes(new ConstantRate()),
            "step" when call.Complete("step(epochs,factor)", null, 0.1) is [var every, var factor] =>
                new StepRate(Whole(every), Above0("a factor", factor)),
            "multi_step" => MultiStep(),
            "exponential" =>
                new ExponentialRate(Above0("a factor", call.Complete("exponential(factor)", [null])[0])),
            "cosine" when call.Numbers.Count == 0 => new CosineRate(),
            "cosine" when call.Complete("cosine(epochs,least)", null, 0) is [var length, var least] =>
                new CosineRate(Whole(length), From0("a least rate", least)),
            "one_cycle" when call.Complete("one_cycle(rise,divisor,final)", 0.3, 25, 1e4) is
                [var rise, var divisor, var final] => new OneCycleRate(
                    rise <= 1 ? From0("a rise", rise) : throw Impossible("a rise up to 1"),
                    Above0("a divisor", divisor), Above0("a final divisor", final)),
            "linear" when call.Complete("linear(from,to,epochs)", null, null, null) is
                [var from, var to, var length] =>
                new LinearRate(From0("a first factor", from), From0("a last factor", to), Whole(length)),
            "warmup" when call.Complete("warmup(epochs,from)", null, 1.0 / 3) is [var length, var from] =>
                new WarmUp(Whole(length), then ?? new ConstantRate(), From0("a first factor", from)),
            _ => throw SettingException.Unknown("schedule", call.Name, names),
        };

        MultiStepRate MultiStep()
        {
            if (call.Numbers.Count < 2)
                throw new SettingException($"expected multi_step(factor,epoch,…), got '{call}'");
            int[] milestones = [.. call.Numbers.Skip(1).Select(Whole)];
            return milestones.Zip(milestones.Skip(1)).All(pair => pair.First < pair.Second)
                ? new(Above0("a factor", call.Numbers[0]), milestones) : throw Impossible("epochs that rise");
        }

        int Whole(double x) => x >= 1 && x <= int.MaxValue && x == Math.Truncate(x) ? (int)x
            : throw Impossible("a whole number of epochs from 1 on");

        double Above0(string what, double x) => x > 0 ? x : throw Impossible($"{what} above 0");

        double From0(string what, double x) => x >= 0 ? x : throw Impossible($"{what} from 0 on");

        SettingException Impossible(string expected) => new($"expected {expected} for {call.Name}, got '{call}'");
    }

    /// <summary>factorⁿ by repeated squaring.</summary>
    protected static double Power(double factor, int n)
    {
        double power = 1;
        for (; n > 0; n >>= 1, factor *= factor)
            power = (n & 1) != 0 ? power * factor : power;
        return power;
    }

    /// <summary>From <paramref name="from"/> at 0 to <paramref name="to"/> at 1 along half a cosine.</summary>
    protected static double Anneal(double from, double to, double part) => to + ((from - to) / 2 * (1 + CosPi(part)));

    /// <summary>
    /// cos(πx) with an error below 1e-15: reduced to |x| ≤ ¼, where it is a Taylor series, of the cosine or of the
    /// sine.
    /// </summary>
    public static double CosPi(double x)
    {
        x = Math.Abs(x);
        x -= 2 * Math.Floor(x / 2);
        if (x > 1)
            x = 2 - x;
        if (x > 0.5)
            return -CosPi(1 - x);
        return x <= 0.25 ? Series(x * Math.PI, 1, 0) : Series((0.5 - x) * Math.PI, (0.5 - x) * Math.PI, 1);

        // Σ (−1)ᵏ a^(2k + odd) / (2k + odd)!
        static double Series(double a, double term, int odd)
        {
            double sum = 0;
            for (int k = 1 + odd; k < 24; k += 2)
            {
                sum += term;
                term *= -(a * a) / (k * (k + 1));
            }
            return sum;
        }
    }
}

/// <summary>Always the base rate.</summary>
public sealed record ConstantRate : Schedule
{
    public override double Rate(double rate, int time, int total) => rate;

    public override string ToString() => "constant";
}

/// <summary>rate · factor^⌊t / every⌋, by epoch</summary>
public sealed record StepRate(int Every, double Factor = 0.1) : Schedule
{
    public override double Rate(double rate, int time, int total) => rate * Power(Factor, time / Every);

    public override string ToString() => Call.ShortText("step", [Every, Factor], [0.1]);
}

/// <summary>rate · factor^(number of milestones ≤ t), by epoch</summary>
public sealed record MultiStepRate(double Factor, params IReadOnlyList<int> Milestones) : Schedule
{
    public override double Rate(double rate, int time, int total) =>
        rate * Power(Factor, Milestones.Count(m => m <= time));

    public bool Equals(MultiStepRate? other) => other is not null && Factor == other.Factor
        && Milestones.SequenceEqual(other.Milestones);

    public override int GetHashCode() => Milestones.Count;

    public override string ToString() =>
        Call.Text("multi_step", [Factor, .. Milestones.Select(epoch => (double)epoch)]);
}

/// <summary>rate · factorᵗ, by epoch</summary>
public sealed record ExponentialRate(double Factor) : Schedule
{
    public override double Rate(double rate, int time, int total) => rate * Power(Factor, time);

    public override string ToString() => Call.Text("exponential", Factor);
}

/// <summary>
/// From the base rate to <paramref name="Least"/> along half a cosine (Loshchilov and Hutter 2016), by epoch; in
/// <paramref name="Length"/> epochs, or over the run.
/// </summary>
public sealed record CosineRate(int? Length = null, double Least = 0) : Schedule
{
    public override double Rate(double rate, int time, int total) =>
        Anneal(rate, Least, (double)time / (Length ?? Math.Max(1, total)));

    public override string ToString() => Length is { } length ? Call.ShortText("cosine", [length, Least], [0])
        : Call.ShortText("cosine", [Least], [0]);
}

/// <summary>
/// One cycle (Smith and Topin 2017), by step: from rate / <paramref name="Divisor"/> up to the base rate in the first
/// <paramref name="Rise"/> of the run, then down to the start / <paramref name="FinalDivisor"/>, each along half a
/// cosine. The base rate is the greatest. Momentum stays.
/// </summary>
public sealed record OneCycleRate(double Rise = 0.3, double Divisor = 25, double FinalDivisor = 1e4) : Schedule
{
    public override ScheduleUnit Unit => ScheduleUnit.Step;

    public override double Rate(double rate, int time, int total)
    {
        double start = rate / Divisor, top = (Rise * total) - 1, end = total - 1;
        return time <= top ? Anneal(start, rate, top > 0 ? time / top : 1)
            : Anneal(rate, start / FinalDivisor, Math.Min(1, (time - top) / Math.Max(1, end - top)));
    }

    public override string ToString() =>
        Call.ShortText("one_cycle", [Rise, Divisor, FinalDivisor], [0.3, 25, 1e4]);
}

/// <summary>
/// rate · a factor that goes straight from <paramref name="From"/> to <paramref name="To"/> in <paramref
/// name="Length"/> epochs, then stays
/// </summary>
public sealed record LinearRate(double From, double To, int Length) : Schedule
{
    public override double Rate(double rate, int time, int total) =>
        rate * (From + ((To - From) * Math.Min(time, Length) / Length));

    public override string ToString() => Call.Text("linear", From, To, Length);
}

/// <summary>
/// Straight from <paramref name="From"/> · the first rate of <paramref name="Then"/> to that rate in <paramref
/// name="Length"/> epochs or steps (as <paramref name="Then"/> counts), then <paramref name="Then"/> over the rest of
/// the run.
/// </summary>
public sealed record WarmUp(int Length, Schedule Then, double From = 1.0 / 3) : Schedule
{
    public override ScheduleUnit Unit => Then.Unit;

    public override double Rate(double rate, int time, int total)
    {
        int rest = Math.Max(1, total - Length);
        return time >= Length ? Then.Rate(rate, time - Length, rest)
            : Then.Rate(rate, 0, rest) * (From + ((1 - From) * time / Length));
    }

    public override string ToString() => Call.ShortText("warmup", [Length, From], [1.0 / 3])
        + (Then is ConstantRate ? "" : $"+{Then}");
}
