using System.Runtime.InteropServices;

namespace Espalier.Cli.Terminal;

/// <summary>Slurm tells a job some time before its end by a signal that it is asked for, SIGUSR1.</summary>
internal sealed class TimeIsUp : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration? _registration;

    public TimeIsUp()
    {
        if (OperatingSystem.IsLinux()) // where Slurm is
            _registration = PosixSignalRegistration.Create(
                StopSignals.User1,
                context =>
                {
                    context.Cancel = true; // the system would end the process at once
                    _source.Cancel();
                }
            );
    }

    /// <summary>Cancelled when the signal has come.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registration?.Dispose();
        _source.Dispose();
    }
}
