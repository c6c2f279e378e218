namespace Ceteris.Statistics;

/// <summary>The four answers. "No effect" is not among them: what was not shown is undecided.</summary>
public enum VerdictKind
{
    /// <summary>A difference in favour of the treatment was shown.</summary>
    Better,

    /// <summary>A difference in favour of the baseline was shown.</summary>
    Worse,

    /// <summary>The difference was shown to be inside the margin declared beforehand.</summary>
    Equivalent,

    /// <summary>Neither was shown.</summary>
    Undecided,
}

/// <summary>What so many seeds can bear.</summary>
public enum Strength
{
    /// <summary>No block with both arms.</summary>
    Nothing,

    /// <summary>One or two: points, no test.</summary>
    Points,

    /// <summary>Three or four: an interval to plan with, no claim.</summary>
    Exploratory,

    /// <summary>Five or more.</summary>
    Claim,
}
