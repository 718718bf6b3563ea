using System.Text.Json;
using Espalier.Cli.Terminal;
using Xunit;

namespace Espalier.Cli.Tests.Support;

/// <summary>What a command left.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Err">Standard error.</param>
internal sealed record ShellResult(int Code, string Out, string Err)
{
    /// <summary>Standard output as JSON; fails the test if it is none or the command failed.</summary>
    public JsonElement Json()
    {
        Assert.True(Code == 0, Err);
        return JsonDocument.Parse(Out).RootElement;
    }

    /// <summary>The lines of standard error that are not empty.</summary>
    public string[] ErrorLines => Err.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>Runs commands in this process, as a pipe would see them.</summary>
internal static class Shell
{
    /// <summary>The options that keep a training tiny: 256 images, 16 units a layer, one thread.</summary>
    public static readonly string[] Tiny = ["--train-images", "256", "--model", "mlp:width=16", "--threads", "1", "--quiet"];

    public static async Task<ShellResult> RunAsync(params string[] args)
    {
        using StringWriter standard = new(),
            errors = new();
        int code = await Application.RunAsync(args, new Output(standard, errors));
        return new ShellResult(code, standard.ToString(), errors.ToString());
    }

    /// <summary>Runs and insists on success.</summary>
    public static async Task<ShellResult> MustAsync(params string[] args)
    {
        ShellResult result = await RunAsync(args);
        Assert.True(result.Code == 0, $"{string.Join(' ', args)}: {result.Code} {result.Err}");
        return result;
    }
}
