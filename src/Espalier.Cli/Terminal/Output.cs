using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Espalier.Cli.Terminal;

/// <summary>Where commands print: results to standard output, progress and errors to standard error. Plain when piped.</summary>
internal sealed class Output(TextWriter standard, TextWriter errors)
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>As wide as anything gets.</summary>
    private const int Unlimited = 1_000_000;

    public TextWriter Out { get; } = standard;

    public TextWriter Err { get; } = errors;

    /// <summary>Results, in colour on a terminal.</summary>
    public IAnsiConsole Console { get; } = Make(standard, System.Console.IsOutputRedirected || standard != System.Console.Out);

    /// <summary>Progress, on a terminal only a line that renews itself.</summary>
    public IAnsiConsole Status { get; } = Make(errors, System.Console.IsErrorRedirected || errors != System.Console.Error);

    public bool IsStatusLive => Status.Profile.Capabilities.Ansi;

    public void Line(string text = "") => Out.WriteLine(text);

    /// <summary>Something with lines of its own: they are not broken, the terminal does that where it must, and copies them whole.</summary>
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
        if (IsStatusLive) Status.MarkupLineInterpolated($"[red]error:[/] {sentence}");
        else Err.WriteLine($"error: {sentence}");
    }

    /// <summary>Something that a reader of the result should know: to standard error.</summary>
    /// <param name="sentence">Without its full stop.</param>
    public void Note(string sentence) => Err.WriteLine($"note: {sentence}.");

    /// <summary>The same for whole sentences of the library.</summary>
    public IProgress<string> Notes => new Relay<string>(sentence => Note(sentence.TrimEnd('.')));

    private static IAnsiConsole Make(TextWriter writer, bool plain)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        if (plain) console.Profile.Width = Unlimited; // nothing is too wide for a file
        return console;
    }
}
