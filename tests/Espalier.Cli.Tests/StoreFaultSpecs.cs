using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Stores on file systems that keep no locks, or that cannot be written to.</summary>
public sealed class StoreFaultSpecs : IDisposable
{
    private const string Refuse = "strace -f -o /dev/null -e trace=flock -e inject=flock:error=ENOLCK",
        ReadOnly = "mount --bind store store && mount -o remount,bind,ro store";

    private static readonly string[] s_run = [.. TinyRun.Line, "--quiet"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_runs_share_a_store_where_locks_are_refused_and_lose_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"), "strace, which refuses the locks, is not here");
        string line =
            $"{Refuse} dotnet {EspalierProcess.Quoted(typeof(Application).Assembly.Location)} "
            + $"{string.Join(' ', s_run.Select(EspalierProcess.Quoted))}";
        ProcessResult[] both = await Task.WhenAll(
            new[] { "first", "second" }.Select(name => EspalierProcess.ScriptAsync(_folder.Path, $"{line} --out {name}"))
        );
        Assert.All(both, run => Assert.True(run.Code == 0, run.Err));
        Assert.Equal(both[0].Out.Replace("first", "second", StringComparison.Ordinal), both[1].Out);
        Assert.False(Directory.Exists(_folder["store/damaged"]));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["store/work"]));
        Assert.Equal(0, (await Shell.RunAsync("store", "verify", "--store", _folder["store"], "--quiet")).Code);
        // One trained epoch a line: nothing was done twice into one file.
        Assert.All(
            Directory.GetFiles(_folder["store/stages/sparse"], "metrics.jsonl", SearchOption.AllDirectories),
            file => Assert.Equal(2, File.ReadAllLines(file).Length)
        );
        ProcessResult doctor = await EspalierProcess.ScriptAsync(
            _folder.Path,
            $"{Refuse} dotnet {EspalierProcess.Quoted(typeof(Application).Assembly.Location)} doctor --store ."
        );
        Assert.Contains("keeps no locks", doctor.Out);
        Assert.Contains("leases are files", (await Shell.RunAsync("doctor", "--store", _folder["store"])).Out);
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_to_is_listed_and_refuses_to_be_cleaned()
    {
        await Shell.MustAsync([.. s_run.Select(word => word == "store" ? _folder["store"] : word), "--out", _folder["run"]]);
        Assert.SkipUnless(
            (await EspalierProcess.ScriptAsync(_folder.Path, $"unshare -rm bash -c '{ReadOnly}'")).Code == 0,
            "nothing can be mounted read-only here"
        );
        _folder.WriteText("other/grid.json", File.ReadAllText(_folder["run/grid.json"]).Replace("0.5", "0.6", StringComparison.Ordinal));
        File.Copy(_folder["run/run.json"], _folder["other/run.json"]);
        string program = $"dotnet {EspalierProcess.Quoted(typeof(Application).Assembly.Location)}";
        ProcessResult list = await EspalierProcess.ScriptAsync(
            _folder.Path,
            $"unshare -rm bash -c \"{ReadOnly} && {program} store list --json\"".Replace(
                "store list",
                "store list --store store",
                StringComparison.Ordinal
            )
        );
        Assert.True(list.Code == 0, list.Err);
        Assert.Contains("permuted", list.Out);
        ProcessResult collect = await EspalierProcess.ScriptAsync(
            _folder.Path,
            $"unshare -rm bash -c \"{ReadOnly} && {program} store gc other --yes --store store\""
        );
        Assert.Equal(2, collect.Code);
        Assert.Single(collect.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("Internal failure", collect.Err);
        Assert.Equal(0, (await Shell.RunAsync("store", "verify", "--store", _folder["store"], "--quiet")).Code);
        Directory.CreateDirectory(_folder["foreign"]);
        _folder.WriteText("foreign/thesis.txt", "");
        ShellResult foreign = await Shell.RunAsync("store", "gc", _folder["run"], "--yes", "--store", _folder["foreign"]);
        Assert.Equal((2, true), (foreign.Code, File.Exists(_folder["foreign/thesis.txt"])));
    }
}
