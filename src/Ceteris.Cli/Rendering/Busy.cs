using System.Diagnostics;

namespace Ceteris.Cli;

/// <summary>Says what takes its time, once it does.</summary>
static class Busy
{
    const double PatienceSeconds = 0.3;
    const string Unicode = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", Ascii = "|/-\\";

    /// <summary>
    /// Does something under a spinner. Notices, given to the action as a sink, become lines that stay.
    /// </summary>
    public static T While<T>(Screen screen, string what, Func<Action<string>, T> action) =>
        While(screen, () => what, action);

    /// <summary>The same with words that change; another thread asks for them.</summary>
    public static T While<T>(Screen screen, Func<string> what, Func<Action<string>, T> action)
    {
        long start = Stopwatch.GetTimestamp();
        using var region = new LiveRegion(screen, _ =>
        {
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            string signs = screen.Pick(Unicode, Ascii);
            string sign = screen.Accent(signs[(int)(10 * seconds) % signs.Length].ToString());
            return seconds < PatienceSeconds ? [] : [$"  {sign} {what()} {screen.Dim(Format.Duration(seconds))}"];
        });
        return action(notice => region.Post($"{screen.Warn("note:")} {notice}"));
    }
}
