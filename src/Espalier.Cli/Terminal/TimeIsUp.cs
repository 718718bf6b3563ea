namespace Espalier.Cli.Terminal;

/// <summary>
/// Slurm tells a job some time before its end by a signal that it is asked for, SIGUSR1. Whoever wants to know sees it before the command
/// is stopped by the same signal, however quickly it stops.
/// </summary>
internal static class TimeIsUp
{
    private static readonly CancellationTokenSource s_source = new();

    /// <summary>Cancelled when the signal has come.</summary>
    public static CancellationToken Token => s_source.Token;

    /// <summary>The signal has come.</summary>
    public static void Tell() => s_source.Cancel();
}
