namespace Espalier.Cli.Terminal;

/// <summary>How long something takes, for people.</summary>
internal static class Durations
{
    /// <summary>In the unit that suits it.</summary>
    public static string Text(double seconds) =>
        seconds < 90 ? $"{seconds:0} s"
        : seconds < 5400 ? $"{seconds / 60:0} min"
        : seconds < 172800 ? $"{seconds / 3600:0.0} h"
        : $"{seconds / 86400:0.0} days";
}
