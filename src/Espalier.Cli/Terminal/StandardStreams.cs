using System.Globalization;

namespace Espalier.Cli.Terminal;

/// <summary>
/// The streams that the program was started with. Where one was closed (<c>2&gt;&amp;-</c>), the runtime has something of its own under
/// that number by now, which must not be written to.
/// </summary>
internal static class StandardStreams
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC: set on all that this process opened, and on nothing that it was given

    /// <summary>Standard output, or a writer that fails if there is none.</summary>
    public static TextWriter Out() => IsGiven(1) ? Console.Out : new ClosedWriter();

    /// <summary>Standard error, or a writer that fails if there is none.</summary>
    public static TextWriter Error() => IsGiven(2) ? Console.Error : new ClosedWriter();

    private static bool IsGiven(int number)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        try
        {
            string facts = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{number}");
            if (!File.Exists(facts))
                return !Directory.Exists("/proc/self/fdinfo");
            string flags = File.ReadLines(facts).First(line => line.StartsWith("flags:", StringComparison.Ordinal))["flags:".Length..];
            return (Convert.ToInt32(flags.Trim(), 8) & CloseOnExec) == 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            return true; // not to be told: as usual
        }
    }

    private sealed class ClosedWriter : TextWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value) => throw new IOException("it is closed");
    }
}
