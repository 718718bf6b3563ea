using Espalier.Tests.Collectives;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Espalier.Tests;

/// <summary>Runs tests; started by a launcher of MPI, it is a rank that one of them asks for.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) =>
        args is [RankProgram.Word, var work, var folder] ? Task.FromResult(RankProgram.Run(work, folder))
        : args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
        : ConsoleRunner.Run(args);
}
