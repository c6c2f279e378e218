using System.Runtime.InteropServices;

namespace Ceteris.Studies;

/// <summary>
/// The wish that training stops at the next boundary between two steps, saved. Anyone may set it, from any thread; the
/// first reason stays.
/// </summary>
public sealed class StopRequest
{
    string? reason;

    /// <summary>Why, such as <c>SIGINT</c>; null while nobody wishes it.</summary>
    public string? Reason => Volatile.Read(ref reason);

    /// <returns>True for the first request.</returns>
    public bool Set(string why) => Interlocked.CompareExchange(ref reason, why, null) is null;

    /// <summary>
    /// Sets this request on SIGINT, SIGTERM and SIGHUP until the result is disposed. At a second signal the system ends
    /// the process at once, and as after <c>kill -9</c> the newest checkpoint is what remains.
    /// </summary>
    /// <param name="again">Called at a second signal, before the process is ended.</param>
    public IDisposable OnSignals(Action? again = null) => new Registrations(this, again);

    /// <summary>
    /// What a process ended by this signal leaves as its exit code in a shell, 128 + number; 1 for any other reason.
    /// </summary>
    public static int ExitCodeOf(string? reason) => reason switch
    {
        "SIGHUP" => 129,
        "SIGINT" => 130,
        "SIGTERM" => 143,
        _ => 1,
    };

    sealed class Registrations : IDisposable
    {
        readonly StopRequest request;
        readonly Action? again;
        readonly PosixSignalRegistration[] registrations;

        public Registrations(StopRequest request, Action? again)
        {
            (this.request, this.again) = (request, again);
            registrations =
            [
                .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
                    .Select(signal => PosixSignalRegistration.Create(signal, Handle)),
            ];
        }

        public void Dispose()
        {
            foreach (PosixSignalRegistration registration in registrations)
                registration.Dispose();
        }

        // Cancel keeps the system from ending the process; the second time it may.
        void Handle(PosixSignalContext context)
        {
            context.Cancel = request.Set(context.Signal.ToString());
            if (!context.Cancel)
                again?.Invoke();
        }
    }
}
