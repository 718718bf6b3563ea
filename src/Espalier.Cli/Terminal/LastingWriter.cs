using System.Text;

namespace Espalier.Cli.Terminal;

/// <summary>
/// A stream of the terminal that cannot end the work: a log disk that is full, a terminal that was closed, a stream that never was open.
/// What cannot be written is dropped, and that it was is known at the end.
/// </summary>
internal sealed class LastingWriter(TextWriter inner) : TextWriter(inner.FormatProvider)
{
    /// <summary>What writing first failed of.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Whether nothing is written at all.</summary>
    public bool IsMute { get; set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine() => Try(inner.WriteLine);

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (IsMute)
            return;
        try
        {
            write();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Fault ??= fault;
        }
    }
}
