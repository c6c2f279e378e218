namespace Ceteris.Compiler;

/// <summary>
/// How a tensor is cut into blocks of about equal size, by extents alone: groups as the grain says, channels in
/// <paramref name="parts"/>, fewer if the grain does not allow so many, at multiples of <paramref name="unit"/>.
/// </summary>
readonly struct BlockCut(int groups, int channels, long parts, (int Groups, int Channels) grain, int unit = 1)
{
    readonly int groupParts = Parts(groups, grain.Groups);
    readonly int channelParts = (int)Math.Clamp(parts, 1, Parts(channels, grain.Channels));

    public int Count => groupParts * channelParts;

    /// <summary>Groups, and channels, of the largest block.</summary>
    public int MostGroups => Parts(groups, groupParts);

    public int MostChannels => Math.Min(channels, Parts(Parts(channels, unit), channelParts) * unit);

    public Block this[int index]
    {
        get
        {
            int group = index / channelParts, part = index % channelParts;
            return new(Part(groups, group, groupParts), Part(groups, group + 1, groupParts),
                Channel(part), Channel(part + 1));
        }
    }

    int Channel(int part) => Math.Min(channels, Part(Parts(channels, unit), part, channelParts) * unit);

    static int Parts(int count, int size) => Math.Max(1, (count + size - 1) / size);

    static int Part(int count, int part, int parts) => (int)((long)count * part / parts);
}
