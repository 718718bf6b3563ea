using Xunit;

namespace Espalier.Cli.Tests.Support;

/// <summary>mpirun of either library, and what it starts; tests that ask for one that is not installed are skipped.</summary>
internal static class Launcher
{
    public const string OpenMpi = "mpirun.openmpi",
        Mpich = "mpirun.mpich",
        /// <summary>This program, as a word of a <see cref="Script"/>.</summary>
        Program = "dotnet \"$ESPALIER\"";

    /// <summary>How a launcher is called.</summary>
    public static string Line(string launcher)
    {
        Need(launcher);
        return launcher == OpenMpi ? $"{launcher} --oversubscribe" : launcher;
    }

    /// <summary>Skips the test where a launcher is not installed.</summary>
    public static void Need(string launcher) =>
        Assert.SkipUnless(
            $"{Environment.GetEnvironmentVariable("PATH")}".Split(':').Any(folder => File.Exists(Path.Combine(folder, launcher))),
            $"{launcher} is not installed."
        );

    /// <summary>A line of shell script with what launchers need.</summary>
    public static string Script(string line) =>
        "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 TERM=dumb "
        + $"ESPALIER={EspalierProcess.Quoted(typeof(Application).Assembly.Location)}; {line}";

    /// <summary>What the program said, without what mpirun says of its end.</summary>
    public static string[] Said(ProcessResult result) =>
        [.. result.Err.Split('\n').Where(line => line.StartsWith("error: ", StringComparison.Ordinal))];
}
