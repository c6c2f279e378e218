using Ceteris.Data;

namespace Ceteris.Studies;

/// <summary>A recipe that cannot be: an unknown key, a value of the wrong type, keys that do not go together.</summary>
/// <param name="key">The key, as the user wrote it.</param>
/// <param name="problem">What was expected and what came.</param>
public sealed class RecipeException(string key, string problem) : FormatException($"{key}: {problem}")
{
    public string Key { get; } = key;

    public string Problem { get; } = problem;

    /// <summary>Does what a key asks for; an error of the data is one of that key then.</summary>
    internal static T At<T>(string key, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DataException e)
        {
            throw new RecipeException(key, e.Message);
        }
    }
}
