using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Execution;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Weights;
using TorchSharp;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Networks of a thousand classes are matched on whatever images there are: labels are asked for where they are read.</summary>
public sealed class OtherClassesSpecs : IDisposable
{
    private const string Model = "mlp:depth=2,width=16";

    private static readonly string[] s_small = ["--train-images", "128", "--threads", "1", "--quiet"];

    private readonly TempFolder _folder = new();
    private readonly Permutation _planted;

    /// <summary>B, and A: B with its units moved. Neither says which network it is of.</summary>
    public OtherClassesSpecs()
    {
        Network network = Models.Build(Model, Shape.Maps(1, 28, 28), 1000);
        using WeightSet b = Initialization.KaimingNormal(network, new RandomStream(0, "B.init"));
        _planted = Permutation.Uniform(PermutationGroups.Of(network), new RandomStream(1, "planted"));
        using WeightSet a = _planted.Apply(b);
        foreach ((string name, WeightSet weights) in new[] { ("A", a), ("B", b) })
            TensorFormat.Write(_folder[$"{name}.pth"], StateDict.Of(weights));
        _folder.WriteText("net.json", NetworkJson.Write(network));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Model, false), InlineData("net.json", true)]
    public async Task A_planted_permutation_is_found_on_images_of_ten_classes(string model, bool isFile)
    {
        string pi = _folder["pi.safetensors"];
        ShellResult said = await Shell.MustAsync([
            "match",
            _folder["A.pth"],
            _folder["B.pth"],
            "--model",
            isFile ? _folder[model] : model,
            "--out",
            pi,
            .. s_small,
        ]);
        Assert.Contains("Matched on 128 images", said.Out);
        Permutation found = PermutationFile.Read(pi);
        Assert.Equal(1000, found.Groups.Network.Classes);
        Assert.Equal(_planted.Inverse().Sources, found.Sources);
    }

    [Fact]
    public async Task Where_no_images_are_read_a_network_of_torchvision_has_its_usual_ones_and_the_classes_of_its_file()
    {
        const string narrow = "mobilenet_v2:width=0.1";
        Network network = Models.Build(narrow, Shape.Maps(3, 224, 224), 7);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "m.init"));
        using Mask mask = Mask.Dense(weights.Layout, PrunableSet.AllWeights.Of(network));
        string given = _folder["m.pth"],
            back = _folder["back.pth"],
            masks = _folder["masks.pth"];
        TensorFormat.Write(given, StateDict.Of(weights));
        TensorFormat.Write(masks, StateDict.Of(mask));
        await Shell.MustAsync(["convert", given, "--model", narrow, "--out", back]);
        using (WeightSet read = WeightsFile.Read(back))
            Assert.True(read.BitEquals(weights));
        Assert.Contains(
            "nothing differs",
            (await Shell.MustAsync(["diff", given, given, "--model", narrow])).Out,
            StringComparison.Ordinal
        );
        await Shell.MustAsync(["transplant", masks, "--start", given, "--model", narrow, "--out", _folder["start"]]);
        using WeightSet start = WeightsFile.Read(_folder["start/start.safetensors"]);
        Assert.True(start.BitEquals(weights));
        Assert.Equal(network.Fingerprint, start.Network.Fingerprint);
    }

    [Fact]
    public async Task A_network_is_aligned_and_the_barrier_left_out_for_want_of_labels()
    {
        ShellResult said = await Shell.MustAsync([
            "align",
            _folder["A.pth"],
            _folder["B.pth"],
            "--model",
            Model,
            "--out",
            _folder["align"],
            "--json",
            .. s_small,
        ]);
        Assert.Contains("the barrier does, and is left out: mlp 2x16 knows 1000 classes, and fashion-mnist-10k has 10", said.Err);
        Assert.Equal(0, said.Json().GetProperty("barriers").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, said.Json().GetProperty("report").ValueKind);
        using WeightSet aligned = WeightsFile.Read(_folder["align/aligned.pth"]),
            b = WeightsFile.Read(_folder["B.pth"], aligned.Network);
        Assert.True(aligned.BitEquals(b));
    }

    [Theory]
    [InlineData("match", "by=straight-through"), InlineData("match", "by=saliency"), InlineData("align", "by=saliency")]
    public async Task A_way_that_reads_labels_says_so(string command, string how)
    {
        string[] line =
        [
            command,
            _folder["A.pth"],
            _folder["B.pth"],
            "--model",
            Model,
            "--how",
            how,
            "--out",
            _folder["out/x"],
            .. s_small,
        ];
        ShellResult said = await Shell.RunAsync(line);
        Assert.Equal(2, said.Code);
        string sentence = Assert.Single(said.ErrorLines);
        Assert.Contains($"Matching {how} needs the images' labels, but mlp 2x16 knows 1000 classes", sentence);
    }

    [Fact]
    public async Task What_reads_labels_still_asks_for_those_of_its_classes()
    {
        foreach (string command in new[] { "evaluate", "prune" })
        {
            string[] rest = command == "prune" ? ["--sparsity", "0.5", "--out", _folder["p"]] : [];
            ShellResult said = await Shell.RunAsync([command, _folder["A.pth"], "--model", _folder["net.json"], .. rest, .. s_small]);
            Assert.Equal(2, said.Code);
            Assert.Contains("1000 classes", Assert.Single(said.ErrorLines));
        }
    }
}
