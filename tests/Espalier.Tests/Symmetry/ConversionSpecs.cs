using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Symmetry;

/// <summary>Networks, masks and permutations in forms that other tools take, and back.</summary>
public sealed class ConversionSpecs : IDisposable
{
    private static readonly Network Net = ResNet20.Build(Shape.Maps(3, 8, 8), 5, blocks: 1);
    private readonly TempFolder _folder = new();
    private readonly WeightSet _weights = RandomNetworks.Weights(Net, new RandomStream(0, "converted"));
    private readonly Mask _mask;
    private readonly Permutation _permutation = Permutation.Uniform(PermutationGroups.Of(Net), new RandomStream(2, "converted"));

    public ConversionSpecs()
    {
        _mask = RandomNetworks.Mask(_weights, new RandomStream(1, "converted"));
        WeightsFile.Write(_folder["w.safetensors"], _weights, new Dictionary<string, string> { ["epoch"] = "3" });
        MaskFile.Write(_folder["m.safetensors"], _mask);
        TensorFormat.Write(_folder["p.safetensors"], PermutationArrays.OfGroups(_permutation), PermutationArrays.Facts(_permutation));
    }

    public void Dispose()
    {
        _mask.Dispose();
        _weights.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Weights_come_back_bit_for_bit_with_their_network_and_their_epoch()
    {
        Convert("w.safetensors", "w.pth");
        using WeightSet back = WeightsFile.Read(_folder["w.pth"]);
        Assert.True(back.BitEquals(_weights));
        Assert.Equal("3", TensorFile.Read(_folder["w.pth"]).Metadata["epoch"]);
        Convert("w.pth", "again.safetensors");
        using WeightSet again = WeightsFile.Read(_folder["again.safetensors"]);
        Assert.True(again.BitEquals(_weights));
    }

    [Fact]
    public void A_pruned_network_comes_back_as_weights_and_as_a_mask_and_loses_no_number_on_the_way()
    {
        Convert("w.safetensors", "pruned.pth", mask: "m.safetensors");
        using WeightSet effective = WeightsFile.Read(_folder["pruned.pth"]),
            masked = _weights.Masked(_mask);
        Assert.True(effective.BitEquals(masked));
        using Mask mask = MaskFile.Read(_folder["pruned.pth"]);
        Assert.True(mask.BitEquals(_mask));
        Convert("pruned.pth", "plain.pth", ConversionForm.Plain);
        using WeightSet whole = WeightsFile.Read(_folder["plain.pth"]);
        Assert.True(whole.BitEquals(_weights));
        Convert("pruned.pth", "zeros.pth", ConversionForm.Zeros);
        using WeightSet zeros = WeightsFile.Read(_folder["zeros.pth"]);
        Assert.True(zeros.BitEquals(masked));
        Convert("pruned.pth", "mask.pt", ConversionForm.Mask);
        using Mask alone = MaskFile.Read(_folder["mask.pt"]);
        Assert.True(alone.BitEquals(_mask));
    }

    [Fact]
    public void Another_tools_file_keeps_its_pairs_under_plain_names()
    {
        TensorFormat.Write(_folder["theirs.pt"], StateDict.Pruned(_weights, _mask).Select(t => t.Renamed($"module.{t.Name}")));
        Convert("theirs.pt", "ours.pth", network: Net);
        TensorFile expected = new("", StateDict.Pruned(_weights, _mask)),
            found = TensorFile.Read(_folder["ours.pth"]);
        Assert.Equal(expected.InOrder.Select(t => t.ToString()), found.InOrder.Select(t => t.ToString()));
        Assert.All(expected.InOrder, t => Assert.True(t.Bytes.Span.SequenceEqual(found[t.Name].Bytes.Span)));
    }

    [Fact]
    public void Arrays_of_a_network_that_nobody_named_are_passed_on()
    {
        StoredTensor half = StoredTensor.Create("x", TensorType.BFloat16, [2, 1], new byte[] { 1, 2, 3, 4 });
        Safetensors.Write(_folder["half.safetensors"], [half], new Dictionary<string, string> { ["format"] = "pt" });
        Convert("half.safetensors", "half.pth");
        StoredTensor back = Assert.Single(TensorFile.Read(_folder["half.pth"]).InOrder);
        Assert.Equal(half.ToString(), back.ToString());
        Assert.True(half.Bytes.Span.SequenceEqual(back.Bytes.Span));
    }

    [Fact]
    public void A_permutation_comes_back_and_its_axes_move_every_array_as_it_does()
    {
        Convert("p.safetensors", "p.pth");
        Assert.True(PermutationFile.Read(_folder["p.pth"]).SameAs(_permutation));
        Convert("p.pth", "axes.pth", ConversionForm.Axes);
        TensorFile axes = TensorFile.Read(_folder["axes.pth"]);
        using WeightSet moved = _permutation.Apply(_weights);
        foreach (Parameter p in Net.Parameters.Concat(Net.Buffers))
            Assert.Equal(moved.Read(p), Selected(_weights.Read(p), p, axes));
        Assert.Contains(axes.InOrder, tensor => tensor.Name.EndsWith("running_var.0", StringComparison.Ordinal));
    }

    /// <summary>A grouped convolution's inputs move within each group, differently in each: a row of indices for every output.</summary>
    [Fact]
    public void Inputs_of_a_grouped_convolution_have_indices_for_every_output()
    {
        var b = new NetworkBuilder("grouped", 1, 4, 4);
        b.Chain(
            0,
            ("conv1", new Conv(12, 1)),
            ("conv2", new Conv(6, 3, 1, 1, Groups: 3)),
            ("pool", new GlobalAveragePool()),
            ("flatten", new Flatten()),
            ("fc", new Linear(2))
        );
        Network network = b.Build();
        using WeightSet weights = RandomNetworks.Weights(network, new RandomStream(0, "grouped"));
        var permutation = Permutation.Uniform(PermutationGroups.Of(network), new RandomStream(2, "grouped"));
        var axes = new TensorFile("", PermutationArrays.OfAxes(permutation));
        Assert.Equal([6L, 4L], axes["conv2.weight.1"].Shape);
        using WeightSet moved = permutation.Apply(weights);
        foreach (Parameter p in network.Parameters)
            Assert.Equal(moved.Read(p), Selected(weights.Read(p), p, axes));
        Assert.NotEqual(moved.Read(network.Parameters[1]), weights.Read(network.Parameters[1]));
    }

    [Theory]
    [InlineData("p.safetensors", ConversionForm.Pruned, null, "expected groups or axes")]
    [InlineData("w.safetensors", ConversionForm.Pruned, null, "a mask beside them (--mask)")]
    [InlineData("w.safetensors", ConversionForm.Plain, "m.safetensors", "expected pruned or zeros")]
    [InlineData("m.safetensors", null, "m.safetensors", "no mask can be applied")]
    [InlineData("m.safetensors", ConversionForm.Zeros, null, "expected mask")]
    public void What_the_content_cannot_be_is_refused(string file, ConversionForm? form, string? mask, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<InputException>(() => Conversion.Of(_folder[file], form, mask is null ? null : _folder[mask])).Message
        );

    /// <summary>PyTorch's own pruned module takes the pairs, and what it computes is the masked network.</summary>
    [Fact]
    public void PyTorch_trains_on_from_the_pairs()
    {
        Network small = Mlp.Build(Shape.Maps(1, 2, 2), 3, depth: 1, width: 4);
        using WeightSet weights = RandomNetworks.Weights(small, new RandomStream(0, "trained"));
        using Mask mask = RandomNetworks.Mask(weights, new RandomStream(1, "trained"));
        TensorFormat.Write(_folder["pairs.pth"], StateDict.Pruned(weights, mask));
        PyTorch.Run(
            """
            from torch.nn.utils import prune
            state = torch.load(sys.argv[1], weights_only=True)
            net = torch.nn.Sequential()
            layers = sorted({name.rsplit(".", 1)[0] for name in state})
            for layer in layers:
                weight = state.get(f"{layer}.weight_orig", state.get(f"{layer}.weight"))
                net.add_module(layer, torch.nn.Linear(weight.shape[1], weight.shape[0]))
                if f"{layer}.weight_orig" in state:
                    prune.identity(net[-1], "weight")
            net.load_state_dict(state, strict=True)
            optimizer = torch.optim.SGD(net.parameters(), 0.1)
            before = net[0].weight_orig.clone()
            net(torch.rand(4, 4)).square().sum().backward()
            optimizer.step()
            mask = net[0].weight_mask.bool()
            assert (net[0].weight_orig != before)[mask].any() and torch.equal(net[0].weight_orig[~mask], before[~mask])
            """,
            _folder["pairs.pth"]
        );
    }

    /// <summary>ResNet20 of the conversion, loaded strictly by its keys, and the permutation applied by PyTorch's index_select.</summary>
    [Fact]
    public void PyTorch_applies_the_index_arrays_and_gets_the_same_network()
    {
        Convert("w.safetensors", "w.pth");
        Convert("p.safetensors", "axes.pth", ConversionForm.Axes);
        using WeightSet moved = _permutation.Apply(_weights);
        TensorFormat.Write(_folder["moved.pth"], StateDict.Of(moved));
        string[] said = PyTorch.Run(
            """
            state, axes, moved = (torch.load(path, weights_only=True) for path in sys.argv[1:])
            for key, index in axes.items():
                name, dim = key.rsplit(".", 1)
                state[name] = state[name].index_select(int(dim), index)
            assert list(state) == list(moved) and all(torch.equal(state[name], moved[name]) for name in moved)
            print(sum(name.endswith("num_batches_tracked") and tensor.dtype == torch.int64 for name, tensor in state.items()))
            """,
            _folder["w.pth"],
            _folder["axes.pth"],
            _folder["moved.pth"]
        );
        Assert.Equal($"{Net.Buffers.Count(p => p.Kind == ParameterKind.RunningVariance)}", Assert.Single(said));
    }

    private void Convert(string from, string to, ConversionForm? form = null, string? mask = null, Network? network = null)
    {
        Conversion made = Conversion.Of(_folder[from], form, mask is null ? null : _folder[mask], network);
        TensorFormat.Write(_folder[to], made.Tensors, made.Metadata);
    }

    /// <summary>The index arrays applied by hand, an axis after the other.</summary>
    private static float[] Selected(float[] values, Parameter p, TensorFile axes)
    {
        for (int dim = 0; dim < p.Shape.Count; dim++)
        {
            if (!axes.Tensors.TryGetValue($"{p.Name}.{dim}", out StoredTensor? stored))
                continue;
            int inner = p.Shape.Skip(dim + 1).Aggregate(1, (a, b) => a * b),
                length = p.Shape[dim];
            long[] index = stored.ToLongs();
            float[] before = values;
            int Index(int at) => (int)index[(stored.Shape.Count == 1 ? 0 : at / inner / length * length) + at / inner % length];
            values = [.. before.Select((_, at) => before[(at / inner / length * length + Index(at)) * inner + at % inner])];
        }
        return values;
    }
}
