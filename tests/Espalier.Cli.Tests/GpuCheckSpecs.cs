using System.Diagnostics;
using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary><c>bench/gpu/check</c>: with the program of this build on the CPU, and with a stand-in for a program on a fast GPU.</summary>
public sealed class GpuCheckSpecs : IDisposable
{
    /// <summary>Says what a program on a GPU would say, of speeds beyond every goal; <c>broken</c> makes an evaluation differ.</summary>
    private const string StandIn = """
        #!/bin/bash
        echo "$CUDA_MPS_PIPE_DIRECTORY $*" >> "$SAID"
        case "$1 $2" in
          "bench train") echo '{"images_per_second": 80000, "operations_per_image": 2.5e8, "digest": "d", "epochs": [
            {"start": 100, "end": 101, "images": 10000}, {"start": 101, "end": 102, "images": 10000},
            {"start": 102, "end": 103, "images": 10000}]}' ;;
          "bench match") echo '{"ratio": 1.2, "match_seconds": 0.5}' ;;
          "bench barrier") echo '{"ratio": 1.6, "curve_seconds": 9, "points": 25}' ;;
          "bench agree") echo '{"loss_difference": '${BROKEN:-0}', "accuracy_difference": 0, "score_difference": 0, "barrier_difference": 0,
            "repair_difference": 0, "units": 4, "same_units": 4, "certificate_difference": 1e-15, "certificate_holds": true}' ;;
          "plan reproduce") echo '{"flops": 1e16}' ;;
        esac
        """;

    private readonly TempFolder _folder = new();

    public GpuCheckSpecs() => Assert.SkipWhen(Find("python3") is null, "there is no python3");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task On_the_CPU_everything_is_measured_and_passes()
    {
        string program = Path.GetDirectoryName(typeof(Application).Assembly.Location)!,
            list = $"--device cpu --size tiny --threads 1 --limit 1200 --out '{_folder.Path}'";
        ProcessResult result = await EspalierProcess.ScriptAsync(_folder.Path, $"'{Script}' '{program}' {list}");
        Assert.True(result.Code == 0, result.Out + result.Err);
        JsonElement written = JsonDocument.Parse(await ReadAsync("check.json")).RootElement;
        Assert.Equal(10, written.GetProperty("checks").GetArrayLength());
        Assert.Empty(written.GetProperty("left_out").EnumerateArray());
        Assert.Empty(written.GetProperty("goals").EnumerateArray());
        foreach (string number in new[] { "x1", "x1 packed", "match", "barrier", "table5" })
            Assert.True(written.GetProperty("numbers").GetProperty(number).GetDouble() > 0, number);
        Assert.Contains(await ReadAsync("check.md"), result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_GPU_goals_are_judged_and_processes_are_packed_under_a_daemon_of_their_own()
    {
        Write("espalier", StandIn);
        Write("nvidia-cuda-mps-control", "#!/bin/bash\necho \"$CUDA_MPS_PIPE_DIRECTORY daemon $* $([ \"$1\" = -d ] || cat)\" >> \"$SAID\"");
        ProcessResult result = await CheckAsync("");
        Assert.True(result.Code == 0, result.Out + result.Err);
        Assert.Contains("goal met: ResNet20x1, packed, images/s in all: 160,000.0", result.Out, StringComparison.Ordinal);
        Assert.Contains("goal not met: 25-point barrier with reset, plain evaluations: 1.6, want", result.Out, StringComparison.Ordinal);
        Assert.Equal(6, result.Out.Split('\n').Count(line => line.StartsWith("- goal met", StringComparison.Ordinal)));

        string[] said = (await ReadAsync("said")).Split('\n');
        string daemon = Assert.Single(said, line => line.EndsWith(" daemon -d ", StringComparison.Ordinal)).Split(' ')[0];
        Assert.Single(said, line => line.TrimEnd() == $"{daemon} daemon  quit");
        Assert.False(Directory.Exists(daemon));
        Assert.Equal(32, said.Count(line => line.StartsWith($"{daemon} bench train", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_differs_from_the_CPU_fails_and_is_named()
    {
        Write("espalier", StandIn);
        ProcessResult result = await CheckAsync("BROKEN=0.01 ");
        Assert.Equal(1, result.Code);
        Assert.Contains("FAILED: loss difference to the CPU is at most 0.0001", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_fails_fails_the_check()
    {
        Write("espalier", "#!/bin/bash\necho 'error: the card is gone.' >&2; exit 1");
        ProcessResult result = await CheckAsync("");
        Assert.Equal(1, result.Code);
        Assert.Contains("the card is gone.", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", "is no folder")]
    [InlineData(".", "holds no program")]
    public async Task A_folder_without_a_program_is_bad_input(string folder, string sentence)
    {
        ProcessResult result = await EspalierProcess.ScriptAsync(_folder.Path, $"'{Script}' {folder} --device cpu");
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Err, StringComparison.Ordinal);
    }

    private static string Script => Repository.PathOf("bench/gpu/check");

    private Task<ProcessResult> CheckAsync(string environment) =>
        EspalierProcess.ScriptAsync(
            _folder.Path,
            $"chmod +x *; export SAID=$PWD/said PATH=$PWD:$PATH; {environment}'{Script}' . --device cuda --out out && cp out/* . || exit $?"
        );

    private Task<string> ReadAsync(string name) => File.ReadAllTextAsync(_folder[name], TestContext.Current.CancellationToken);

    private void Write(string name, string text) => _folder.WriteText(name, text + "\n");

    private static string? Find(string program) =>
        Environment
            .GetEnvironmentVariable("PATH")!
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
