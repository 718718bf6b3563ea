using Espalier.Cli.Commands;
using Espalier.Cli.Runs;
using Espalier.Cli.Tests.Support;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Costs;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Devices through the command line; the CPU stands in for a GPU where processes are what is tested.</summary>
public sealed class DeviceSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--tf32")]
    [InlineData("--deterministic false")]
    public async Task What_is_for_GPUs_is_refused_on_the_CPU(string option)
    {
        ShellResult said = await Shell.RunAsync(["train", .. Shell.Tiny, "--device", "cpu", "--out", _folder["a"], .. option.Split(' ')]);
        Assert.Equal(2, said.Code);
        Assert.Contains($"{option.Split(' ')[0]} is for GPUs", Assert.Single(said.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda:9")]
    [InlineData("cuda:0,cuda:1")]
    [InlineData("cuda")]
    public async Task A_run_on_GPUs_that_are_not_there_ends_in_one_sentence(string device)
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "this machine has GPUs");
        ShellResult said = await Shell.RunAsync(["run", "--device", device, "--store", _folder["store"], "--out", _folder["run"]]);
        Assert.Equal(2, said.Code);
        Assert.Contains(device, Assert.Single(said.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task Workers_are_a_number_or_auto()
    {
        Assert.Contains("nor auto", (await Shell.RunAsync("run", "--workers", "many")).Err, StringComparison.Ordinal);
        Assert.Contains(
            "1 to 1024",
            (await Shell.RunAsync("run", "--workers", "0", "--out", _folder["run"])).Err,
            StringComparison.Ordinal
        );
        Assert.Equal(0, (await Shell.RunAsync("plan", "--workers", "auto", "--out", _folder["run"], "--store", _folder["store"])).Code);
    }

    [Fact]
    public async Task Processes_side_by_side_are_measured_and_ended()
    {
        Grid grid = DemoCommand.Grid;
        var how = new RunHow(_folder["store"], null, 1, 1, ["cpu"], KeepFailed: false, Quiet: true);
        MachineRate rate = await new PackingProbe(grid, how).MeasureAsync(2, isGiven: true, isEnough: _ => true);
        Assert.Equal((2, 1), (rate.Workers, rate.Threads));
        Assert.All(
            grid.Sources(),
            model => Assert.All(Enum.GetValues<Pass>(), pass => Assert.InRange(rate.Speeds[model.Name][pass], 1, 1e18))
        );
    }

    [Fact]
    public async Task A_worker_without_its_device_says_so_by_its_exit_code()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "this machine has GPUs");
        ProcessResult said = await EspalierProcess.RunAsync(
            _folder.Path,
            "",
            "worker",
            "--grid",
            "g",
            "--store",
            "s",
            "--device",
            "cuda:0"
        );
        Assert.Equal(3, said.Code);
        Assert.StartsWith("error: Device 'cuda:0' needs", said.Err);
    }
}
