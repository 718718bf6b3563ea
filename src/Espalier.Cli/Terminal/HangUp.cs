using System.Globalization;
using System.Runtime.InteropServices;

namespace Espalier.Cli.Terminal;

/// <summary>
/// The terminal was closed: like Ctrl-C, the command stops at the next safe point and keeps what is finished. Under <c>nohup</c>, which
/// ignores the signal, it goes on. A worker leaves it to its runner, whose end ends it.
/// </summary>
internal sealed class HangUp : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration? _registration;

    /// <param name="isHeard">Whether the signal stops the command; otherwise it is passed over.</param>
    public HangUp(bool isHeard)
    {
        if (OperatingSystem.IsWindows() || IsIgnored())
            return;
        _registration = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP,
            context =>
            {
                context.Cancel = true; // the runtime would end the process at once
                if (isHeard)
                    _source.Cancel();
            }
        );
    }

    /// <summary>Cancelled when the terminal is closed.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registration?.Dispose();
        _source.Dispose();
    }

    private static bool IsIgnored()
    {
        const string Status = "/proc/self/status",
            Field = "SigIgn:";
        try
        {
            if (!File.Exists(Status))
                return false;
            string? line = File.ReadLines(Status).FirstOrDefault(text => text.StartsWith(Field, StringComparison.Ordinal));
            return line is not null && (ulong.Parse(line[Field.Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1) != 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }
}
