using System.Diagnostics;
using System.Security.Cryptography;
using Espalier.Cli.Tests.Support;
using Espalier.Lab.Engine.Store;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Ranks that mpirun or srun starts, all of them on this machine; skipped where these are not installed.</summary>
[Collection(SlurmCluster.Name)]
public sealed class LaunchedRankSpecs(SlurmCluster cluster, LaunchedRankSpecs.Own own) : IClassFixture<LaunchedRankSpecs.Own>, IDisposable
{
    private const string Program = Launcher.Program;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Launcher.OpenMpi)]
    [InlineData(Launcher.Mpich)]
    public async Task What_mpirun_starts_trains_the_bytes_of_ranks_that_the_command_starts(string launcher)
    {
        await MustAsync($"{Launcher.Line(launcher)} -np 2 {Program} {Training("launched")}");
        Assert.Equal(await own.WeightsAsync(), Bytes("launched"));
    }

    [Fact]
    public async Task What_srun_starts_does_too_and_a_library_of_another_language_is_refused()
    {
        await cluster.NeedAsync();
        Launcher.Need(Launcher.Mpich);
        await MustAsync($"srun -N 2 -n 2 --mpi=pmi2 {Program} {Training("launched")}");
        Assert.Equal(await own.WeightsAsync(), Bytes("launched"));
        ProcessResult alone = await RunAsync($"ESPALIER_MPI=libmpich.so.12 srun -N 2 -n 2 --mpi=none {Program} {Training("alone")}");
        Assert.NotEqual(0, alone.Code);
        Assert.Contains("for its launcher and rank 0 of 1 for", alone.Err, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["alone"]));
    }

    [Fact]
    public async Task What_srun_starts_by_PMIx_on_two_nodes_does_too()
    {
        await cluster.NeedAsync();
        Launcher.Need(Launcher.OpenMpi);
        string asked = await SlurmCluster.AskAsync("srun", "--mpi=pmix", "true");
        Assert.SkipWhen(
            asked.Contains("Invalid MPI type", StringComparison.Ordinal),
            "Slurm's pmix does not load: Debian's needs libpmix-dev, whose link it looks for."
        );
        await MustAsync($"srun -N 2 -n 2 --mpi=pmix {Program} {Training("launched")}");
        Assert.Equal(await own.WeightsAsync(), Bytes("launched"));
    }

    [Fact]
    public async Task A_run_under_mpirun_is_the_run_of_as_many_ranks_stage_by_stage()
    {
        await MustAsync($"{Program} {Run("own")} --workers 1 --ranks 2");
        await MustAsync($"{Launcher.Line(Launcher.OpenMpi)} -np 2 {Program} {Run("launched")}");
        SortedDictionary<string, string> digests = Digests("own");
        Assert.NotEmpty(digests);
        Assert.Equal(digests, Digests("launched"));
        Manifest[] all =
        [
            .. Directory
                .GetFiles(_folder["launched/store"], Manifest.FileName, SearchOption.AllDirectories)
                .Select(file => Manifest.TryRead(file)!),
        ];
        Assert.All(all, one => Assert.Equal(one.Epochs > 0 ? 2 : null, one.Provenance.Ranks));
        // The same command goes on with as many; a worker beside it too.
        await MustAsync($"{Launcher.Line(Launcher.OpenMpi)} -np 2 {Program} work {Quoted("launched/run")} --quiet");
    }

    [Fact]
    public async Task A_rank_with_other_files_or_options_is_refused_by_one_sentence()
    {
        TinyCifar.Write(_folder["a/cifar-10-batches-bin"]);
        TinyCifar.Write(_folder["b/cifar-10-batches-bin"]);
        string batch = _folder["b/cifar-10-batches-bin/data_batch_3.bin"];
        byte[] content = File.ReadAllBytes(batch);
        content[77] ^= 1;
        File.WriteAllBytes(batch, content);
        string line =
            $"{Program} train --dataset cifar10 --model mlp:width=8 --batch-size 8 --threads 1 --quiet --epochs 1 --out {Quoted("out")}";
        string Rank(string data, string more = "") =>
            $"-np 1 env ESPALIER_DATA={Quoted(data)} bash -c {EspalierProcess.Quoted($"{line} {more}")}";
        ProcessResult files = await RunAsync($"{Launcher.Line(Launcher.OpenMpi)} {Rank("a")} : {Rank("b")}");
        Assert.Equal(2, files.Code);
        Assert.Equal(["error: Rank 1 of 2 has other images than rank 0; expected the same files on all ranks."], Launcher.Said(files));
        ProcessResult missing = await RunAsync($"{Launcher.Line(Launcher.OpenMpi)} {Rank("a")} : {Rank("c")}");
        Assert.Equal(2, missing.Code);
        Assert.StartsWith("error: Rank 1 of 2: ", Assert.Single(Launcher.Said(missing)), StringComparison.Ordinal);
        ProcessResult options = await RunAsync($"{Launcher.Line(Launcher.OpenMpi)} {Rank("a")} : {Rank("a", "--lr 0.3")}");
        Assert.Equal(2, options.Code);
        Assert.Contains("has other options than rank 0", Assert.Single(Launcher.Said(options)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_rank_that_is_killed_takes_the_others_with_it_and_the_training_goes_on(int rank)
    {
        string line = $"{Launcher.Line(Launcher.OpenMpi)} -np 2 {Program} {Training("cut")} --save-every 0.05s";
        using Process process = EspalierProcess.Start(_folder[""], Launcher.Script(line));
        while (!process.HasExited && !File.Exists(_folder["cut/resume.safetensors"]))
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await OtherProcesses.SignalAsync("KILL", RankProcesses.In(_folder["cut"], "train").First(one => one.Rank == rank).Id);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, process.ExitCode);
        Assert.Empty(RankProcesses.In(_folder["cut"], "train"));
        await MustAsync(line);
        Assert.Equal(await own.WeightsAsync(), Bytes("cut"));
    }

    private string Training(string name) => Training(_folder, name);

    private static string Training(TempFolder folder, string name) =>
        $"train --model mlp:width=32 --threads 1 --quiet --epochs 4 --out {EspalierProcess.Quoted(folder[name])}";

    private string Run(string name) =>
        $"run {string.Join(' ', TinyGrid.Of("0", "0.5"))} --threads 1 --quiet --store {Quoted($"{name}/store")} "
        + $"--out {Quoted($"{name}/run")}";

    private byte[] Bytes(string name) => File.ReadAllBytes(_folder[$"{name}/weights.safetensors"]);

    private SortedDictionary<string, string> Digests(string name) =>
        new(
            Directory
                .GetFiles(_folder[$"{name}/store"], "weights.safetensors", SearchOption.AllDirectories)
                .ToDictionary(
                    file => Path.GetRelativePath(_folder[$"{name}/store"], file),
                    file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))
                )
        );

    private string Quoted(string name) => EspalierProcess.Quoted(_folder[name]);

    private Task<ProcessResult> RunAsync(string line) => EspalierProcess.ScriptAsync(_folder[""], Launcher.Script(line));

    private Task MustAsync(string line) => MustAsync(_folder, line);

    private static async Task MustAsync(TempFolder folder, string line)
    {
        ProcessResult result = await EspalierProcess.ScriptAsync(folder[""], Launcher.Script(line));
        Assert.True(result.Code == 0, $"{line}: {result.Code} {result.Err} {result.Out}");
    }

    /// <summary>The training of two ranks that the command started, done once.</summary>
    public sealed class Own : IDisposable
    {
        private readonly TempFolder _folder = new();
        private byte[]? _weights;

        public void Dispose() => _folder.Dispose();

        /// <summary>The file that it left.</summary>
        public async Task<byte[]> WeightsAsync()
        {
            if (_weights is null)
                await MustAsync(_folder, $"{Program} {Training(_folder, "own")} --ranks 2");
            return _weights ??= File.ReadAllBytes(_folder["own/weights.safetensors"]);
        }
    }
}
