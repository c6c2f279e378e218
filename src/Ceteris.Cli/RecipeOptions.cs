using System.CommandLine;

using Ceteris.Networks;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>
/// The options that say what is trained: one for each key of <see cref="RecipeKeys"/> that has one, and <c>--set</c>
/// for all.
/// </summary>
sealed class RecipeOptions
{
    /// <summary>The option that sets any key.</summary>
    public const string Set = "--set";

    readonly Argument<string> network = new("NETWORK")
    {
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "NETWORK",
        Description =
            $"one of {RecipeKeys.Find("network").Type.Expected["one of ".Length..]}; options may follow, as in "
                + $"sk-0.2-sigmoid or mlp-100-30-relu-bn",
    };

    readonly List<(RecipeKey Key, Option<string> Option)> options = [];

    readonly Option<string[]> set = new(Set)
    {
        HelpName = "KEY=VALUE",
        Description = "any key of the recipe, such as optimizer.beta2=0.99; may be repeated",
    };

    /// <param name="command">The options are added to it.</param>
    /// <param name="keys">Which keys, besides the network, get options.</param>
    public RecipeOptions(CliCommand command, Func<RecipeKey, bool>? keys = null)
    {
        command.Arguments.Add(network);
        foreach (RecipeKey key in RecipeKeys.All.Where(k => k.Option is not null && keys?.Invoke(k) != false))
        {
            var option =
                new Option<string>("--" + key.Option) { HelpName = Placeholder(key), Description = Describe(key) };
            options.Add((key, command.Add(GroupOf(key.Name), option)));
        }
        command.Add("Any setting", set);
    }

    /// <summary>What the user gave, the network first.</summary>
    /// <exception cref="UsageException">A --set without key or value.</exception>
    public IReadOnlyList<(string Key, string Value)> Given(ParseResult line)
    {
        var given = new List<(string, string)>();
        if (line.GetValue(network) is { } name)
            given.Add(("network", name));
        foreach ((RecipeKey key, Option<string> option) in options)
        {
            if (line.GetValue(option) is { } value)
                given.Add((key.Name, value));
        }
        foreach (string setting in line.GetValue(set) ?? [])
        {
            int equals = setting.IndexOf('=');
            if (equals <= 0)
                throw new UsageException($"expected {Set} KEY=VALUE, got '{setting}'");
            given.Add((setting[..equals], setting[(equals + 1)..]));
        }
        return given;
    }

    /// <summary>Makes a recipe, say, of settings; an error names the option that the user wrote.</summary>
    public static T Read<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (RecipeException e) when (e.Key != "network")
        {
            RecipeKey? key = RecipeKeys.All.FirstOrDefault(key => key.Name == e.Key);
            throw new UsageException(
                $"{(key?.Option is { } option ? $"--{option}" : $"{Set} {e.Key}")}: {e.Problem}",
                key is null ? $"{Invocation.Program} study schema lists the keys of a recipe" : null);
        }
    }

    /// <summary>The words behind <c>ceteris train</c> that make a recipe again.</summary>
    public static string CommandLine(Recipe recipe) => string.Join(' ', recipe.Settings
        .Where(setting => setting.Key.Name == "network" || setting.Value != setting.Key.Default(recipe))
        .Select(setting => setting switch
        {
            { Key.Name: "network" } => setting.Value,
            { Key.Option: { } option } => $"--{option} {Invocation.Quoted(setting.Value)}",
            _ => $"--set {Invocation.Quoted($"{setting.Key.Name}={setting.Value}")}",
        }));

    static string GroupOf(string key) => key.Split('.')[0] switch
    {
        "network" => "Network",
        "init" => "Network",
        "data" or "test-data" or "validation" or "preprocess" => "Data",
        _ => "Training",
    };

    static string Placeholder(RecipeKey key)
    {
        if (key.Type.Choices.Count > 0)
            return "NAME";
        return key.Name switch
        {
            "data" => "NAME[:RANGE]",
            "test-data" => "NAME",
            "batch" => "N|full",
            _ when key.Type.Kind == System.Text.Json.JsonValueKind.Number =>
                key.Type.Expected.StartsWith("a whole", StringComparison.Ordinal) ? "N" : "X",
            _ => "VALUE",
        };
    }

    static string Describe(RecipeKey key)
    {
        if (key.Name.StartsWith("network.", StringComparison.Ordinal))
            return DescribeOfNetworks(key);
        string choices = key.Type.Choices.Count > 0 ? $": {string.Join(", ", key.Type.Choices)}" : "";
        bool always = key.When == Condition.Always;
        return $"{key.Description}{choices}{(always ? $" [{key.Default(Recipe.Default)}]" : "")}";
    }

    /// <summary>With the networks that have it, and the default if it is the same in all of them.</summary>
    static string DescribeOfNetworks(RecipeKey key)
    {
        string values = key.Type.Expected.StartsWith("one of ", StringComparison.Ordinal)
            ? key.Type.Expected["one of ".Length..] : key.Type.Expected;
        string networks = key.When.Text["when network is ".Length..].Replace(" or ", ", ");
        string[] defaults = [.. Zoo.Networks.SelectMany(network => network.Options)
            .Where(option => option.Name == key.Option).Select(option => option.Default).Distinct()];
        return $"{key.Description}: {values} ({networks}){(defaults.Length == 1 ? $" [{defaults[0]}]" : "")}";
    }
}
