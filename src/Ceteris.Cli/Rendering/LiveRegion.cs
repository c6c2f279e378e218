using System.Collections.Concurrent;
using System.Text;

namespace Ceteris.Cli;

/// <summary>
/// Lines that stay, and below them a few that are drawn again ten times a second where the screen allows it. A thread
/// of its own writes all of them, so that nobody else waits for a slow terminal.
/// </summary>
sealed class LiveRegion : IDisposable
{
    const int FrameMs = 100;
    const string HideCursor = "\e[?25l", ClearRest = "\e[K", ClearBelow = "\e[J";

    public const string ShowCursor = "\e[?25h";

    readonly Screen screen;
    readonly Func<int, IReadOnlyList<string>> frame;
    readonly ConcurrentQueue<string> lines = new();
    readonly AutoResetEvent wake = new(false);
    readonly Lock gate = new();
    readonly Thread thread;
    int[] drawn = [];
    bool disposed;
    volatile bool ended, cursorReleased;

    /// <param name="screen">Where to.</param>
    /// <param name="frame">The lines that are drawn again, for this width; empty for none at present. Called by the
    /// thread.</param>
    public LiveRegion(Screen screen, Func<int, IReadOnlyList<string>> frame)
    {
        (this.screen, this.frame) = (screen, frame);
        thread = new(Draw) { IsBackground = true, Name = "Ceteris display" };
        thread.Start();
    }

    /// <summary>Adds a line that stays. Returns at once.</summary>
    public void Post(string line)
    {
        lines.Enqueue(screen.Clean(line));
        Wake();
    }

    /// <summary>Shows the cursor again though frames go on: the process may be ended before it can do so.</summary>
    public void ReleaseCursor() => cursorReleased = true;

    /// <summary>
    /// Takes the region away, and returns when all lines are written. Whoever still has it may post, for nothing.
    /// </summary>
    public void End()
    {
        ended = true;
        Wake();
        thread.Join();
    }

    public void Dispose()
    {
        End();
        lock (gate)
        {
            disposed = true;
            wake.Dispose();
        }
    }

    void Wake()
    {
        lock (gate)
        {
            if (!disposed)
                wake.Set();
        }
    }

    void Draw()
    {
        while (!ended)
        {
            Update(screen.IsLive ? [.. frame(screen.Columns - 1).Select(screen.Clean)] : []);
            if (screen.IsLive)
                Thread.Sleep(FrameMs);
            else
                wake.WaitOne();
        }
        Update([]);
    }

    void Update(IReadOnlyList<string> next)
    {
        var text = new StringBuilder();
        int width = screen.Columns;
        if (drawn.Length > 0)
        {
            // After the window became narrower the terminal has broken long lines.
            int rows = drawn.Sum(length => Math.Max(1, (length + width - 1) / width));
            text.Append('\r');
            if (rows > 1)
                text.Append($"\e[{rows - 1}A");
        }
        bool erase = drawn.Length > 0;
        while (lines.TryDequeue(out string? line))
            text.Append(line).Append(erase ? ClearRest : "").Append('\n');
        if (next.Count == 0 && erase)
            text.Append(ClearBelow).Append(ShowCursor);
        else if (next.Count > 0 && (!erase || cursorReleased))
            text.Append(cursorReleased ? ShowCursor : HideCursor);
        for (int i = 0; i < next.Count; i++)
            text.Append(Clipped(next[i], width - 1)).Append(ClearRest).Append(i < next.Count - 1 ? "\n" : ClearBelow);
        drawn = [.. next.Select(line => Math.Min(VisibleLength(line), width - 1))];
        if (text.Length > 0)
            screen.Draw(text.ToString());
    }

    /// <summary>Characters that take a column: all outside of escape sequences that end in m.</summary>
    public static int VisibleLength(string text)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\e')
                i = text.IndexOf('m', i) is >= 0 and int end ? end : text.Length;
            else
                length++;
        }
        return length;
    }

    static string Clipped(string text, int width)
    {
        if (VisibleLength(text) <= width)
            return text;
        var clipped = new StringBuilder();
        for (int i = 0, length = 0; i < text.Length; i++)
        {
            if (text[i] == '\e')
            {
                int end = text.IndexOf('m', i);
                clipped.Append(text, i, end + 1 - i);
                i = end;
            }
            else if (length++ < width)
            {
                clipped.Append(text[i]);
            }
        }
        return clipped.ToString();
    }
}
