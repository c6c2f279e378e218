namespace Ceteris.Data;

/// <summary>
/// Which training images: the name of a data set and a subset, written <c>mnist</c>, <c>mnist:10000</c>,
/// <c>mnist:0..10000</c>, <c>mnist:10000@7</c> (<see cref="Data.Subset"/>). The subset concerns the training images;
/// the test images are always all.
/// </summary>
public sealed record DataSpec(string Name, Subset? Subset = null)
{
    /// <summary>Errors: <see cref="DataException"/> with what was expected.</summary>
    public static DataSpec Parse(string text)
    {
        int colon = text.IndexOf(':');
        string name = colon < 0 ? text : text[..colon];
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            string lower = name.ToLowerInvariant();
            throw new DataException(
                $"expected a data set as NAME or NAME:SUBSET, for example mnist or mnist:0..10000, got '{text}'"
                + (DataSets.All.Any(set => set.Name == lower)
                    ? $"; names are lower case: did you mean '{lower}{text[name.Length..]}'?" : ""));
        }
        return new(name, colon < 0 ? null : Subset.Parse(text[(colon + 1)..]));
    }

    /// <summary>Errors: <see cref="DataException"/> if there is no such set, or it has too few images.</summary>
    public void Check()
    {
        IDataset set = DataSets.Find(Name);
        Subset?.EndIn(set.TrainCount, set.Name);
    }

    /// <summary>Training images cut to the subset.</summary>
    public ImageSet Of(ImageSet train) => Subset is null ? train : Subset.Of(train);

    /// <summary>The text that parses to this value.</summary>
    public override string ToString() => Subset is null ? Name : $"{Name}:{Subset}";
}
