using Ceteris.Studies;

namespace Ceteris.Cli;

/// <summary>Shows nothing of a run but its warnings.</summary>
sealed class WarningDisplay(Screen screen) : ITrainingObserver
{
    public void Noticed(string message) => screen.Line($"{screen.Warn("warning:")} {message}");
}
