using Ceteris.Compiler;
using Ceteris.Data;
using Ceteris.Kernels;
using Ceteris.Networks;
using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>What the process ends with.</summary>
static class ExitCode
{
    public const int Ok = 0, Failed = 1, BadInput = 2, Outside = 3, Bug = 4;

    /// <summary>For the help; the README has the same table.</summary>
    public static IReadOnlyList<(string Code, string Meaning)> All { get; } =
    [
        ("0", "done"),
        ("1", "the run failed (its loss or weights became NaN or infinite), a run of a study could not be done, "
            + "or something did not verify"),
        ("2", "bad input: an unknown name, an impossible value, missing or damaged data, "
            + "arms of a study that are one configuration"),
        ("3", "trouble outside ceteris: disk or memory full, no permission, a run that another process is at, "
            + "no server that gives what is to be fetched"),
        ("4", "an error inside ceteris"),
        ("129, 130, 143", "interrupted by SIGHUP, Ctrl-C (SIGINT) or SIGTERM; training is saved and can be resumed "
            + "(after a second signal, from the last checkpoint)"),
    ];

    /// <summary>An exception that is not the user's or the machine's fault is a <see cref="Bug"/>.</summary>
    public static int Of(Exception exception) => exception switch
    {
        StorageException or LeaseException or IOException or UnauthorizedAccessException
            or FetchException or OutOfMemoryException => Outside,
        UsageException or RecipeException or StudyException or SettingException or DataException or RunFolderException
            or ShapeException or ShapeSizeException or InvalidDataException or CheckpointException => BadInput,
        _ => Bug,
    };
}
