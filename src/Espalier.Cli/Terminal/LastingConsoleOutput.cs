using System.Text;
using Spectre.Console;

namespace Espalier.Cli.Terminal;

/// <summary>A console that is drawn to one writer and measured by another, which the first wraps.</summary>
internal sealed class LastingConsoleOutput(LastingWriter writer, TextWriter measured) : IAnsiConsoleOutput
{
    private readonly AnsiConsoleOutput _measured = new(measured);

    public TextWriter Writer => writer;

    public bool IsTerminal => _measured.IsTerminal;

    public int Width => _measured.Width;

    public int Height => _measured.Height;

    public void SetEncoding(Encoding encoding) => _measured.SetEncoding(encoding);
}
