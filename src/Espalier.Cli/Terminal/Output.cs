using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Espalier.Cli.Terminal;

/// <summary>
/// Where commands print: results to standard output, progress and errors to standard error. Plain when piped. Printing never fails: what
/// could not be printed is told at the end.
/// </summary>
internal sealed class Output
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>As wide as anything gets.</summary>
    private const int Unlimited = 1_000_000;

    private readonly LastingWriter _standard,
        _errors;

    public Output(TextWriter standard, TextWriter errors)
    {
        (_standard, _errors) = (new LastingWriter(standard), new LastingWriter(errors));
        Console = Make(_standard, standard, System.Console.IsOutputRedirected || standard != System.Console.Out);
        Status = Make(_errors, errors, System.Console.IsErrorRedirected || errors != System.Console.Error);
    }

    public TextWriter Out => _standard;

    public TextWriter Err => _errors;

    /// <summary>Results, in colour on a terminal.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Progress, on a terminal only a line that renews itself.</summary>
    public IAnsiConsole Status { get; }

    /// <summary>Why results could not be printed; none if all were.</summary>
    public Exception? Fault => _standard.Fault;

    public bool IsStatusLive => Status.Profile.Capabilities.Ansi;

    /// <summary>Says nothing from here on: another process speaks for this one.</summary>
    public void Mute() => _standard.IsMute = _errors.IsMute = true;

    /// <summary>Speaks of what went wrong again.</summary>
    public void Unmute() => _errors.IsMute = false;

    public void Line(string text = "") => Out.WriteLine(text);

    /// <summary>
    /// Something with lines of its own: they are not broken, the terminal does that where it must, and copies them whole.
    /// </summary>
    public void WriteWhole(IRenderable content)
    {
        int width = Console.Profile.Width;
        Console.Profile.Width = Unlimited;
        Console.Write(content);
        Console.Profile.Width = width;
    }

    public void Json(object value) => Out.WriteLine(JsonSerializer.Serialize(value, JsonOptions));

    public void Error(string sentence)
    {
        if (IsStatusLive)
            Status.MarkupLineInterpolated($"[red]error:[/] {sentence}");
        else
            Err.WriteLine($"error: {sentence}");
    }

    /// <summary>Something that a reader of the result should know: to standard error.</summary>
    /// <param name="sentence">Without its full stop.</param>
    public void Note(string sentence) => Err.WriteLine($"note: {sentence}.");

    /// <summary>The same for whole sentences of the library.</summary>
    public IProgress<string> Notes => new Relay<string>(sentence => Note(sentence.TrimEnd('.')));

    private static IAnsiConsole Make(LastingWriter writer, TextWriter measured, bool plain)
    {
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
                Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
                Out = new LastingConsoleOutput(writer, measured),
            }
        );
        if (plain)
            console.Profile.Width = Unlimited; // nothing is too wide for a file
        return console;
    }
}
