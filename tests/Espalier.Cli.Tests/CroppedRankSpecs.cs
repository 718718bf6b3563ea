using System.Diagnostics;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Ranks that train on random parts of images, which each decodes of its own share of every batch.</summary>
public sealed class CroppedRankSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public CroppedRankSpecs() => SmallImageNet.Write(_folder, "ilsvrc");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_ranks_that_are_killed_within_an_epoch_of_crops_go_on_to_the_same_bits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are found in /proc");
        await Shell.MustAsync([.. Line("whole"), "--images-in-memory", "0"]);
        // Until one was killed between two steps of an epoch and not, by chance, between two epochs.
        do await KillAsync();
        while (!IsWithinAnEpoch());
        await Shell.MustAsync(Line("cut"));
        Assert.Equal(Weights("whole"), Weights("cut"));
    }

    private async Task KillAsync()
    {
        string line = string.Join(' ', Line("cut").Append("--save-every").Append("0.01s").Select(EspalierProcess.Quoted));
        using Process process = EspalierProcess.Start(_folder[""], $"espalier {line} >/dev/null 2>&1");
        while (!process.HasExited && !IsWithinAnEpoch())
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await OtherProcesses.SignalAsync("KILL", await RankProcesses.WaitAsync(_folder["cut"], "train", rank: 0));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        while (RankProcesses.In(_folder["cut"], "train").Count > 0)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.False(File.Exists(_folder["cut/weights.safetensors"]), "it ended before it was killed");
    }

    private bool IsWithinAnEpoch() =>
        File.Exists(_folder["cut/resume.safetensors"])
        && Files.Safetensors.Read(_folder["cut/resume.safetensors"]).Metadata.Keys.Any(key => key.EndsWith("steps"));

    private byte[] Weights(string name) => File.ReadAllBytes(_folder[$"{name}/weights.safetensors"]);

    private string[] Line(string name) =>
        [
            "train",
            "--model",
            "resnet18:width=0.1",
            "--dataset",
            $"imagenet:{_folder["ilsvrc"]}",
            "--image-size",
            "32",
            "--batch-size",
            "8",
            "--epochs",
            "6",
            "--threads",
            "1",
            "--ranks",
            "2",
            "--quiet",
            "--out",
            _folder[name],
        ];
}
