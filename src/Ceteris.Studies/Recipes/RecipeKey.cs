using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Networks;

namespace Ceteris.Studies;

/// <summary>
/// One thing that a recipe says. Command-line options, <c>--set key=value</c>, JSON and study files all read the list
/// of these, <see cref="RecipeKeys.All"/>.
/// </summary>
/// <param name="Name">Such as <c>optimizer.momentum</c>.</param>
/// <param name="Type">What its values are.</param>
/// <param name="Default">Its default, canonical, given the keys before it.</param>
/// <param name="Description">One line for people.</param>
public sealed record RecipeKey(string Name, RecipeType Type, Func<Recipe, string> Default, string Description)
{
    /// <summary>Its option on the command line, without dashes, if it has one.</summary>
    public string? Option { get; init; }

    /// <summary>What other programs call it, to be understood in "did you mean".</summary>
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    /// <summary>When it means something, given the keys before it.</summary>
    public Condition When { get; init; } = Condition.Always;

    /// <summary>The canonical text of a value.</summary>
    /// <exception cref="RecipeException">It is none.</exception>
    public string Read(string text)
    {
        try
        {
            return Type.Canonical(text.Trim())
                ?? throw new RecipeException(Name,
                    $"expected {Type.Expected}, got '{text}'{Hint(text)}");
        }
        catch (Exception e) when (e is DataException or SettingException)
        {
            throw new RecipeException(Name, e.Message + Hint(text));
        }
    }

    public override string ToString() => Name;

    string Hint(string text) => Nearest.Hint(
        text, [.. Type.Choices.Concat(Type.Words).Select(word => (word, word)), .. Type.Synonyms]);
}

/// <summary>When a key means something, and the same in words: "when optimizer is sgd or rmsprop".</summary>
public sealed record Condition(string Text, Func<Recipe, bool> Holds)
{
    public static Condition Always { get; } = new("", _ => true);

    /// <summary>Another key, before this one, has one of some values.</summary>
    public static Condition Is(string key, params string[] values) =>
        new($"when {key} is {string.Join(" or ", values)}",
            recipe => recipe[key] is { } value && values.Contains(value));
}
