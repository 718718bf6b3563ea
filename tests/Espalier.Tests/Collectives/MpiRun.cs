using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Espalier.Tests.Collectives;

/// <summary>Starts this program as several ranks of an MPI, on this machine's loopback alone.</summary>
internal static class MpiRun
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private static readonly Dictionary<string, string[]> s_launchers = new()
    {
        ["mpirun.openmpi"] =
        [
            .. "--allow-run-as-root --oversubscribe --bind-to none --mca btl self,vader --mca pml ob1 --mca oob_tcp_if_include lo".Split(
                ' '
            ),
        ],
        ["mpiexec.mpich"] = ["-launcher", "fork", "-iface", "lo"],
    };

    /// <summary>Skips the test where the launcher is not installed.</summary>
    /// <returns>The launcher's exit code, and what the ranks printed.</returns>
    public static (int Code, string Said) Start(string launcher, int size, string work, string folder)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(place => Path.Combine(place, launcher))
            .FirstOrDefault(File.Exists);
        Assert.SkipUnless(path is not null, $"MPI is not installed: there is no {launcher}.");
        string program = Path.Combine(AppContext.BaseDirectory, typeof(MpiRun).Assembly.GetName().Name!);
        var start = new ProcessStartInfo(path, [.. s_launchers[launcher], "-np", $"{size}", program, RankProgram.Word, work, folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["TERM"] = "dumb";
        start.Environment["UCX_TLS"] = "posix,self"; // below MPICH
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> standard = process.StandardOutput.ReadToEndAsync(),
            errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        return (process.ExitCode, standard.Result + errors.Result);
    }

    /// <summary>What each rank left.</summary>
    public static RankProgram.Findings[] Find(string launcher, int size)
    {
        using TempFolder folder = new();
        (int code, string said) = Start(launcher, size, "all", folder.Path);
        Assert.True(code == 0, said);
        return
        [
            .. Enumerable
                .Range(0, size)
                .Select(rank => JsonSerializer.Deserialize<RankProgram.Findings>(File.ReadAllText(RankProgram.FileOf(folder.Path, rank)))!),
        ];
    }
}
