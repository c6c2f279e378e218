using System.CommandLine;
using System.Globalization;

using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>Options and arguments that several commands have.</summary>
static class SharedOptions
{
    const int MostThreads = 1024;

    public static Option<string> DataFolder() => new("--data-dir")
    {
        HelpName = "FOLDER",
        Description =
            $"where data sets are looked for first, then in those of {DataFolders.Variable} and in the user's cache",
    };

    public static Option<bool> Json(string what) =>
        new("--json") { Description = $"{what}; all else goes to standard error" };

    public static Option<string> Threads() => new("--threads")
    {
        HelpName = "N",
        Description = $"threads that compute; changes no bit of a result [{WorkerPool.DefaultThreads}, all processors]",
    };

    public static Option<string> Weights() => new("--weights")
    {
        HelpName = "FILE.safetensors",
        Description = "weights for the network of the run in place of its own, with PyTorch's names",
    };

    /// <summary>The network of a run, with its own weights or those of the option.</summary>
    public static TrainedNetwork Network(
        ParseResult line, RunReader run, Option<string> weights, DataFolders folders, int threads)
    {
        if (line.GetValue(weights) is not { } file)
            return TrainedNetwork.Load(run, folders, threads);
        Expect($"{weights.Name}: expected a safetensors file", file);
        return TrainedNetwork.Load(run.Recipe, file, folders, threads);
    }

    /// <exception cref="UsageException">There is no such file.</exception>
    public static void Expect(string expected, string file)
    {
        if (!File.Exists(file))
        {
            throw new UsageException(
                $"{expected}, got '{file}', which {(Directory.Exists(file) ? "is a folder" : "does not exist")}");
        }
    }

    public static Argument<string> Run() => new("RUN")
    {
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "RUN",
        Description = "a run folder, its name below runs, or the beginning of the id of a run in the store",
    };

    /// <exception cref="UsageException">It is no number of threads.</exception>
    public static int ThreadsOf(ParseResult line, Option<string> option) =>
        line.GetValue(option) is { } text ? WholeNumber(option.Name, text, 1, MostThreads) : WorkerPool.DefaultThreads;

    /// <exception cref="UsageException">The text is no whole number in the range.</exception>
    public static int WholeNumber(string option, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            && number <= most
            ? number
            : throw new UsageException($"{option}: expected a whole number from {least} to {most}, got '{text}'");

    /// <summary>Reads or takes the data that an option names.</summary>
    /// <exception cref="UsageException">They cannot be; says which option.</exception>
    public static T Of<T>(Option option, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DataException e)
        {
            throw new UsageException($"{option.Name}: {e.Message}");
        }
    }

    /// <exception cref="UsageException">It is given, but there is no such folder.</exception>
    public static DataFolders FoldersOf(ParseResult line, Option<string> option)
    {
        string? given = line.GetValue(option);
        if (given is not null && !Directory.Exists(given))
            throw new UsageException($"{option.Name}: expected a folder, got '{given}', which is none");
        return DataFolders.OfUser(given);
    }

    public static Option<string> Store() => new("--store")
    {
        HelpName = "FOLDER",
        Description = $"the store [that of {RunStore.Variable}, else {RunStore.DefaultRoot}]",
    };

    /// <summary>The folder of the store: that of the option, of the environment, else the default.</summary>
    public static string StoreRoot(string? given) => given
        ?? (Environment.GetEnvironmentVariable(RunStore.Variable) is { Length: > 0 } named ? named
            : RunStore.DefaultRoot);

    /// <summary>A store that is there.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static RunStore OpenStore(string? given)
    {
        string root = StoreRoot(given);
        return RunStore.Exists(root) ? RunStore.Open(root)
            : throw new UsageException($"expected a store, got '{root}', which is none",
                $"name it with --store or {RunStore.Variable}; {Invocation.Program} study run and "
                    + $"{Invocation.Program} store add make one");
    }

    /// <summary>The run that the user means.</summary>
    /// <param name="run">Its folder, its name below runs, or the beginning of its id.</param>
    /// <param name="store">The folder of the store, if it was given.</param>
    /// <exception cref="UsageException">There is none, or more than one.</exception>
    public static RunReader Open(string? run, string? store = null) => RunReader.Open(FolderOf(run, store));

    /// <summary>Its folder, whatever state the files in it are in.</summary>
    /// <inheritdoc cref="Open"/>
    /// <param name="run">Its folder, its name below runs, or the beginning of its id.</param>
    /// <param name="store">The folder of the store, if it was given.</param>
    /// <param name="expected">What may be named, for the message.</param>
    /// <param name="hint">Where the user finds what there is.</param>
    public static string FolderOf(
        string? run, string? store = null, string expected = "a run folder", string? hint = null)
    {
        hint ??= $"{Invocation.Program} runs lists what there is";
        if (string.IsNullOrEmpty(run))
            throw new UsageException($"expected {expected}, got none", hint);
        string below = Path.Combine("runs", run);
        if (Directory.Exists(run) || !Directory.Exists(below))
            below = run;
        if (Directory.Exists(below))
            return below;
        if (InStore(run, StoreRoot(store)) is { } stored)
            return stored;
        string[] names = Directory.Exists("runs") ? [.. Directory.GetDirectories("runs")
            .Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)] : [];
        throw new UsageException(
            $"expected {expected}, got '{run}', which does not exist{Nearest.Hint(run, names)}", hint);
    }

    static string? InStore(string prefix, string root)
    {
        const int Shown = 6, Letters = 16;
        if (!prefix.All(char.IsAsciiHexDigitLower) || !RunStore.Exists(root))
            return null;
        using var store = RunStore.Open(root);
        IReadOnlyList<string> ids = store.IdsWith(prefix);
        if (ids.Count <= 1)
            return ids.Count == 0 ? null : store.FolderOf(ids[0]);
        string candidates = string.Join(", ", ids.Take(Shown).Select(id => id[..Math.Max(prefix.Length + 1, Letters)]));
        throw new UsageException($"expected one run, got '{prefix}', with which {Format.Count(ids.Count)} begin: "
            + candidates + (ids.Count > Shown ? ", …" : ""));
    }
}
