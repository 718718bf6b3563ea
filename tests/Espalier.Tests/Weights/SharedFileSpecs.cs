using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Networks;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Weights;

/// <summary>Files of networks whose nodes share arrays: PyTorch lists those under the name of each.</summary>
public sealed class SharedFileSpecs : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly WeightSet _weights;
    private readonly Mask _mask;

    public SharedFileSpecs()
    {
        (_weights, WeightSet apart) = SharedWeightSpecs.Pair();
        apart.Dispose();
        _mask = RandomNetworks.Mask(_weights, new RandomStream(1, "shared"));
    }

    public void Dispose()
    {
        _mask.Dispose();
        _weights.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_state_dict_has_every_name_and_is_read_by_either_or_both()
    {
        IReadOnlyList<StoredTensor> all = StateDict.Of(_weights);
        Assert.Equal(
            ["stem.weight", "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "head.weight", "head.bias"],
            all.Select(tensor => tensor.Name)
        );
        foreach (string without in new[] { "nothing", "conv1", "conv2" })
        {
            TorchCheckpointWriter.Write(_folder["w.pth"], all.Where(tensor => !tensor.Name.StartsWith(without, StringComparison.Ordinal)));
            using WeightSet back = WeightsFile.Read(_folder["w.pth"], _weights.Network);
            Assert.True(back.BitEquals(_weights), without);
            Assert.True(WeightsFit.Of(_weights.Network, _folder["w.pth"]).Holds, without);
        }
        Safetensors.Write(_folder["prefixed"], all.Select(tensor => tensor.Renamed($"module.{tensor.Name}")));
        using WeightSet prefixed = WeightsFile.Read(_folder["prefixed"], _weights.Network);
        Assert.True(prefixed.BitEquals(_weights));
        Safetensors.Write(_folder["ours"], all, StateDict.Facts(_weights));
        using WeightSet ours = WeightsFile.Read(_folder["ours"]);
        Assert.True(ours.BitEquals(_weights));
    }

    [Fact]
    public void A_module_that_is_called_again_has_one_name()
    {
        var b = new NetworkBuilder("again", 1, 1, 3);
        int x = b.Chain(0, ("flatten", new Flatten()), ("fc", new Linear(3)));
        b.Sharing(x, "fc#2", new Linear(3), x);
        using WeightSet weights = RandomNetworks.Weights(b.Build(), new RandomStream(0, "again"));
        Assert.Equal(["fc.weight", "fc.bias"], StateDict.Of(weights).Select(tensor => tensor.Name));
        Safetensors.Write(_folder["w"], StateDict.Of(weights));
        using WeightSet back = WeightsFile.Read(_folder["w"], weights.Network);
        Assert.True(back.BitEquals(weights));
    }

    [Fact]
    public void Two_names_with_other_numbers_are_refused()
    {
        StoredTensor[] differing =
        [
            .. StateDict
                .Of(_weights)
                .Select(tensor => tensor.Name == "conv2.bias" ? StoredTensor.FromFloats(tensor.Name, tensor.Shape, new float[4]) : tensor),
        ];
        Safetensors.Write(_folder["w"], differing);
        string message = Assert.Throws<InputException>(() => WeightsFile.Read(_folder["w"], _weights.Network)).Message;
        Assert.Contains("holds 'conv1.bias' and 'conv2.bias', which differ; twice has one array for both", message);
    }

    [Fact]
    public void Masks_and_pruned_pairs_are_there_under_every_name_and_read_back()
    {
        Safetensors.Write(_folder["pairs"], StateDict.Pruned(_weights, _mask));
        using WeightSet masked = _weights.Masked(_mask),
            back = WeightsFile.Read(_folder["pairs"], _weights.Network);
        Assert.True(back.BitEquals(masked));
        foreach (string file in new[] { "pairs", "mask" })
        {
            if (file == "mask")
                MaskFile.Write(_folder[file], _mask);
            using Mask mask = MaskFile.Read(_folder[file], _weights.Network);
            Assert.True(mask.BitEquals(_mask), file);
        }
    }
}
