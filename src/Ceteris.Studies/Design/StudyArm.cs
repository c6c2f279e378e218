namespace Ceteris.Studies;

/// <summary>One combination of levels, run in every block.</summary>
/// <param name="Name">In words, from the names of the levels: <c>BASE + batch norm</c>.</param>
/// <param name="Levels">Index of its level in each factor.</param>
/// <param name="Recipe">With the seed of no block in particular; see <see cref="Study.RecipeOf"/>.</param>
public sealed record StudyArm(string Name, IReadOnlyList<int> Levels, Recipe Recipe);
