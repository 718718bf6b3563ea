using Espalier.Files;
using Espalier.Networks;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Files;

/// <summary>Where training scripts put a network's weights, and what they put beside them.</summary>
public sealed class WrapperSpecs : IDisposable
{
    private static readonly Network Small = Mlp.Build(Shape.Maps(1, 2, 2), 3, depth: 1, width: 4);
    private readonly TempFolder _folder = new();
    private readonly List<string> _notes = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model_state")]
    [InlineData("params")]
    [InlineData("ema")]
    [InlineData("state_dict_ema")]
    [InlineData("model/state_dict")]
    [InlineData("ema/shadow")]
    public void Weights_lie_under_a_key(string keys)
    {
        Write([(keys, 1)]);
        Assert.Equal(1, Value());
        Write([(keys, 1), ("optimizer/state", 5), ("lr_scheduler", 6)]);
        Assert.Equal(1, Value());
    }

    [Theory]
    [InlineData("model", "ema")]
    [InlineData("model_state", "model_ema")]
    [InlineData("state_dict", "ema/shadow")]
    [InlineData("module", "state_dict_ema")]
    public void Weights_are_meant_where_their_averages_lie_beside_them_and_it_is_said(string weights, string averages)
    {
        Write([(averages, 2), (weights, 1)]);
        Assert.Equal(1, Value());
        Assert.Contains(averages.Split('/')[0], Assert.Single(_notes));
    }

    [Fact]
    public void Averages_in_a_flat_file_are_left_out_too()
    {
        Safetensors.Write(_folder["w"], [.. Flat("ema.", 2), .. Flat("model.module.", 1)]);
        Assert.Equal(1, Value());
        Safetensors.Write(_folder["w"], [.. Flat("ema.", 2), StoredTensor.FromFloats("optimizer.x", [1], [1])]);
        Assert.Equal(2, Value());
    }

    /// <summary>What PyTorch's own wrappers make of names: averaged, parallel, compiled.</summary>
    [Fact]
    public void The_real_wrappers_of_PyTorch_are_read()
    {
        PyTorch.Run(
            """
            import collections
            from torch.optim.swa_utils import AveragedModel
            net = torch.nn.Sequential(collections.OrderedDict(fc1=torch.nn.Linear(4, 4), fc2=torch.nn.Linear(4, 3)))
            for p in net.parameters(): torch.nn.init.constant_(p, 1)
            torch.save(AveragedModel(torch.nn.DataParallel(net)).state_dict(), sys.argv[1])
            """,
            _folder["w"]
        );
        Assert.Equal(1, Value());
    }

    [Fact]
    public void Masks_of_parametrizations_are_read_as_pairs()
    {
        PyTorch.Run(
            """
            import collections
            from torch.nn.utils import parametrize
            class Masked(torch.nn.Module):
                def __init__(self, mask):
                    super().__init__()
                    self.register_buffer("mask", mask)
                def forward(self, x): return x * self.mask
            net = torch.nn.Sequential(collections.OrderedDict(fc1=torch.nn.Linear(4, 4), fc2=torch.nn.Linear(4, 3)))
            for p in net.parameters(): torch.nn.init.constant_(p, 1)
            parametrize.register_parametrization(net.fc1, "weight", Masked(torch.eye(4) > 0))
            torch.save({"model": net.state_dict()}, sys.argv[1])
            """,
            _folder["w"]
        );
        using WeightSet weights = WeightsFile.Read(_folder["w"], Small);
        Assert.Equal(12, weights.ZeroWeights);
        using Mask mask = MaskFile.Read(_folder["w"], Small);
        Assert.Equal(4, mask.KeptCount);
    }

    [Theory]
    [InlineData(TensorType.Bool)]
    [InlineData(TensorType.UInt8)]
    [InlineData(TensorType.Int8)]
    [InlineData(TensorType.Int16)]
    [InlineData(TensorType.Int32)]
    [InlineData(TensorType.Int64)]
    [InlineData(TensorType.Float64)]
    public void A_mask_may_be_of_any_type(TensorType type)
    {
        double[] kept = [1, 0, 1, 1];
        byte[] bytes =
        [
            .. kept.SelectMany(value =>
                type == TensorType.Float64
                    ? BitConverter.GetBytes(value)
                    : Enumerable.Range(0, type.Size()).Select(i => i == 0 ? (byte)value : (byte)0)
            ),
        ];
        Assert.Equal([true, false, true, true], StoredTensor.Create("m", type, [4], bytes).ToBooleans());
        bytes[0] = 2;
        if (type != TensorType.Float64)
            Refusal.Of(() => StoredTensor.Create("m", type, [4], bytes).ToBooleans(), "'m'", "holds 2 at position 0");
    }

    /// <summary>Reads the network, whose weights are all one number.</summary>
    private float Value()
    {
        using WeightSet weights = WeightsFile.Read(_folder["w"], Small, new Relay<string>(_notes.Add));
        return Assert.Single(Small.Parameters.SelectMany(weights.Read).Distinct());
    }

    private static IEnumerable<StoredTensor> Flat(string prefix, float value) =>
        Small.Parameters.Select(p =>
            StoredTensor.FromFloats(prefix + p.Name, [.. p.Shape.Select(s => (long)s)], [.. Enumerable.Repeat(value, p.Count)])
        );

    /// <summary>A checkpoint with a whole network under each of some keys, keys within each other joined by slashes.</summary>
    private void Write((string Keys, float Value)[] parts)
    {
        PickleText text = new PickleText().Code("}");
        var entries = new List<(string, byte[])>();
        foreach ((string keys, float value) in parts)
        {
            string[] path = keys.Split('/');
            foreach (string key in path)
                text.Text(key).Code("}");
            foreach (StoredTensor tensor in Flat("", value))
            {
                long[] shape = [.. tensor.Shape];
                long[] strides = shape is [_, var columns] ? [columns, 1] : [1];
                text.Text(tensor.Name).Tensor("FloatStorage", $"{entries.Count}", tensor.Count, 0, shape, strides).Code("s");
                entries.Add(($"a/data/{entries.Count}", tensor.Bytes.ToArray()));
            }
            text.Code(new string('s', path.Length));
        }
        _folder.Write("w", text.Code(".").Checkpoint([.. entries]));
    }
}
