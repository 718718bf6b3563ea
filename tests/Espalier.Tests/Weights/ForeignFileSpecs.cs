using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Files;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Weights;

/// <summary>Weights that other tools wrote: their metadata, their prefixes, what lies beside them.</summary>
public sealed class ForeignFileSpecs : ForeignArrays
{
    [Theory]
    [InlineData("pt")]
    [InlineData("np")]
    [InlineData(null)]
    public void Safetensors_of_other_tools_are_read_by_names_and_shapes(string? format)
    {
        Dictionary<string, string>? metadata = format is null ? null : new() { ["format"] = format, ["network"] = "resnet" };
        Safetensors.Write(_folder["w"], Arrays(), metadata);
        using WeightSet back = WeightsFile.Read(_folder["w"], Small);
        Assert.True(back.BitEquals(_weights));
        Safetensors.Write(_folder["m"], Masks(""), metadata);
        using Mask mask = MaskFile.Read(_folder["m"], Small);
        Assert.True(mask.BitEquals(_mask));
        Assert.Contains("--model", Assert.Throws<InputException>(() => WeightsFile.Read(_folder["w"])).Message);
        Assert.Contains("a mask holds only 0 and 1", Assert.Throws<InputException>(() => MaskFile.Read(_folder["w"], Small)).Message);
        Assert.Throws<InputException>(() => WeightsFile.Read(_folder["m"], Small));
    }

    [Theory]
    [InlineData("_orig_mod.")]
    [InlineData("module.")]
    [InlineData("model.")]
    [InlineData("module._orig_mod.")]
    [InlineData("model._orig_mod.module.")]
    [InlineData("state_dict.model.net.")]
    public void Prefixes_that_all_names_have_are_left_out_and_it_is_said(string prefix)
    {
        Safetensors.Write(_folder["w"], Arrays(prefix));
        using WeightSet back = WeightsFile.Read(_folder["w"], Small, new Relay<string>(_notes.Add));
        Assert.True(back.BitEquals(_weights));
        Assert.Equal($"'{_folder["w"]}': its names are read without '{prefix}'.", Assert.Single(_notes));
        Safetensors.Write(_folder["m"], Masks("_mask", prefix));
        using Mask mask = MaskFile.Read(_folder["m"], Small);
        Assert.True(mask.BitEquals(_mask));
    }

    [Fact]
    public void A_network_that_has_such_names_itself_keeps_them()
    {
        var builder = new NetworkBuilder("named", 1, 2, 2);
        int flat = builder.Then("flatten", new Flatten(), 0);
        builder.Then("model.fc", new Linear(3), flat);
        Network named = builder.Build();
        using WeightSet weights = RandomNetworks.Weights(named, new RandomStream(0, "named"));
        foreach (string prefix in new[] { "", "module.", "model." })
        {
            Safetensors.Write(_folder["w"], named.Parameters.Select(p => Stored(prefix + p.Name, p, weights)));
            using WeightSet back = WeightsFile.Read(_folder["w"], named);
            Assert.True(back.BitEquals(weights));
        }
    }

    [Fact]
    public void Wrappers_within_names_are_left_out_where_nothing_else_fits()
    {
        Safetensors.Write(
            _folder["w"],
            Arrays().Select(a => a.Renamed(a.Name.Replace("fc1.", "fc1._orig_mod.", StringComparison.Ordinal)))
        );
        using WeightSet back = WeightsFile.Read(_folder["w"], Small, new Relay<string>(_notes.Add));
        Assert.True(back.BitEquals(_weights));
        Assert.Contains("within", Assert.Single(_notes));
    }

    [Fact]
    public void Of_two_networks_that_fit_none_is_guessed()
    {
        using WeightSet other = RandomNetworks.Weights(Small, new RandomStream(9, "foreign"));
        StoredTensor[] both = [.. Arrays("net."), .. Small.Parameters.Select(p => Stored("model." + p.Name, p, other))];
        Safetensors.Write(_folder["w"], both);
        Refusal.Of(() => WeightsFile.Read(_folder["w"], Small), _folder["w"], "under 'net.' and under 'model.'");
        Safetensors.Write(_folder["w"], [.. Arrays("net."), .. Arrays("model.")]);
        using WeightSet same = WeightsFile.Read(_folder["w"], Small);
        Assert.True(same.BitEquals(_weights));
    }

    [Theory]
    [InlineData("")]
    [InlineData("state_dict.")]
    [InlineData("module.")]
    public void What_lies_beside_a_wrapped_network_is_left_out_and_it_is_said(string outer)
    {
        Safetensors.Write(_folder["w"], [.. Arrays($"{outer}model."), StoredTensor.FromFloats($"{outer}criterion.weight", [2], [1, 2])]);
        using WeightSet lightning = WeightsFile.Read(_folder["w"], Small, new Relay<string>(_notes.Add));
        Assert.True(lightning.BitEquals(_weights));
        Assert.Equal(
            $"'{_folder["w"]}': its names are read without '{outer}model.', and what lies beside it is left out: 1 tensor, "
                + $"such as '{outer}criterion.weight'.",
            Assert.Single(_notes)
        );
    }

    [Fact]
    public void Other_networks_of_a_checkpoint_are_named()
    {
        Dictionary<string, string> metadata = new() { ["torch.wrapper"] = "state_dict", ["torch.beside"] = "'state_dict_ema'" };
        Safetensors.Write(_folder["w"], Arrays(), metadata);
        using WeightSet back = WeightsFile.Read(_folder["w"], Small, new Relay<string>(_notes.Add));
        Assert.True(back.BitEquals(_weights));
        Assert.Equal(
            $"'{_folder["w"]}': its names are read without 'state_dict.'; tensors under 'state_dict_ema' are not read.",
            Assert.Single(_notes)
        );
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("encoder.")]
    public void What_lies_beside_anything_else_is_refused_by_name(string prefix)
    {
        Safetensors.Write(_folder["w"], [.. Arrays(prefix), StoredTensor.FromFloats("criterion.weight", [2], [1, 2])]);
        string message = Assert.Throws<InputException>(() => WeightsFile.Read(_folder["w"], Small, new Relay<string>(_notes.Add))).Message;
        Assert.Contains("which mlp 1x4 does not have", message);
        Assert.Empty(_notes);
    }

    [Theory]
    [InlineData("objects.ckpt")]
    [InlineData("objects4.th")]
    public void A_real_checkpoint_with_all_of_it_is_read(string name)
    {
        using WeightSet weights = WeightsFile.Read(Asset.Path(name), Small, new Relay<string>(_notes.Add));
        Assert.Equal(Enumerable.Range(300, 3).Select(i => (float)i), weights[Small.Parameters[^1]].data<float>().ToArray());
        Assert.Contains("without 'state_dict.model._orig_mod.module.'", Assert.Single(_notes));
    }

    [Fact]
    public void Our_own_kinds_are_held_to_their_names()
    {
        MaskFile.Write(_folder["m"], _mask);
        Assert.Contains("espalier.mask", Assert.Throws<InputException>(() => WeightsFile.Read(_folder["m"], Small)).Message);
        WeightsFile.Write(_folder["w"], _weights);
        Assert.Contains("espalier.weights", Assert.Throws<InputException>(() => MaskFile.Read(_folder["w"], Small)).Message);
        TensorFile own = Safetensors.Read(_folder["w"]);
        Safetensors.Write(_folder["w"], own.InOrder.Select(a => a.Renamed("module." + a.Name)), own.Metadata);
        Assert.Throws<InputException>(() => WeightsFile.Read(_folder["w"], Small));
    }
}
