using System.Runtime.CompilerServices;
using Espalier.Cli.Terminal;
using Espalier.Runtime;

namespace Espalier.Cli.Tests;

/// <summary>Runs a command in this process and keeps what it printed.</summary>
internal sealed record Tool(int ExitCode, string Out, string Error)
{
    [ModuleInitializer]
    internal static void OneThread() => ComputeThreads.Use(1);

    public static async Task<Tool> Run(params string[] args)
    {
        using StringWriter standard = new(), errors = new();
        int code = await Application.RunAsync(args, new Output(standard, errors));
        return new Tool(code, standard.ToString(), errors.ToString());
    }

    /// <summary>Runs a command that must succeed.</summary>
    public static async Task<string> Do(params string[] args)
    {
        Tool tool = await Run(args);
        return tool.ExitCode == 0 ? tool.Out : throw new InvalidOperationException($"espalier {string.Join(' ', args)} ended with {tool.ExitCode}: {tool.Error}");
    }
}
