using System.Globalization;
using System.Runtime.InteropServices;

namespace Espalier.Cli.Terminal;

/// <summary>
/// Signals that stop a command beside Ctrl-C and SIGTERM: the terminal was closed (SIGHUP), or a cluster's queue announces that the job's
/// time is over (SIGUSR1). The command stops at the next safe point and keeps what is done. Where a signal is ignored from the start, as
/// under <c>nohup</c>, it goes on. A worker leaves them to its runner, whose end ends it.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>SIGUSR1: .NET has no name for it, and takes the system's number.</summary>
    public static PosixSignal User1 { get; } = (PosixSignal)(OperatingSystem.IsLinux() ? 10 : 30);

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <param name="isHeard">Whether the signals stop the command; otherwise they are passed over.</param>
    public StopSignals(bool isHeard)
    {
        if (OperatingSystem.IsWindows())
            return;
        const int Hup = 1;
        Hear(Hup, PosixSignal.SIGHUP);
        Hear((int)User1, User1);

        void Hear(int number, PosixSignal signal)
        {
            if (!IsIgnored(number))
                _registrations.Add(
                    PosixSignalRegistration.Create(
                        signal,
                        context =>
                        {
                            context.Cancel = true; // the runtime would end the process at once
                            if (!isHeard)
                                return;
                            if (signal == User1)
                                TimeIsUp.Tell(); // before the command can have ended of it
                            _source.Cancel();
                        }
                    )
                );
        }
    }

    /// <summary>Cancelled when one of them comes.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private static bool IsIgnored(int signal)
    {
        const string Status = "/proc/self/status",
            Field = "SigIgn:";
        try
        {
            if (!File.Exists(Status))
                return false;
            string? line = File.ReadLines(Status).FirstOrDefault(text => text.StartsWith(Field, StringComparison.Ordinal));
            return line is not null
                && (ulong.Parse(line[Field.Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }
}
