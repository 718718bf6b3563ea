using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Files;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Weights;

/// <summary>Masks that other tools wrote: alone, beside weights, or as pruned pairs.</summary>
public sealed class ForeignMaskSpecs : ForeignArrays
{
    [Theory]
    [InlineData("masks.", "")]
    [InlineData("mask_dict.module.", "")]
    [InlineData("masks_dict.", "_mask")]
    [InlineData("", ".mask")]
    [InlineData("mask.", ".mask")]
    public void Masks_under_a_key_or_with_an_ending_are_read_as_what_they_mask(string prefix, string ending)
    {
        Safetensors.Write(_folder["m"], Masks(ending, prefix));
        using Mask mask = MaskFile.Read(_folder["m"], Small);
        Assert.True(mask.BitEquals(_mask));
        Safetensors.Write(_folder["l"], Masks("", prefix).Select(array => array.Renamed(array.Name.Replace(".weight", ".mask"))));
        using Mask ofLayers = MaskFile.Read(_folder["l"], Small);
        Assert.True(ofLayers.BitEquals(_mask));
        Safetensors.Write(_folder["o"], Masks(ending, prefix).Select(array => array.Renamed($"{array.Name}s")));
        Assert.Contains(
            "is it a mask of another network?",
            Assert.Throws<InputException>(() => MaskFile.Read(_folder["o"], Small)).Message
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("module.")]
    public void A_pruned_pair_is_read_as_its_product_and_as_its_mask(string prefix)
    {
        Safetensors.Write(_folder["w"], Pairs(prefix));
        using WeightSet back = WeightsFile.Read(_folder["w"], Small),
            masked = _weights.Masked(_mask);
        Assert.True(back.BitEquals(masked));
        Assert.False(back.BitEquals(_weights));
        using Mask mask = MaskFile.Read(_folder["w"], Small);
        Assert.True(mask.BitEquals(_mask));
    }

    [Fact]
    public void Pairs_of_parametrizations_hold_the_network_that_is_read_of_them()
    {
        Safetensors.Write(
            _folder["w"],
            Pairs("")
                .Select(a =>
                    a.Renamed(
                        a.Name.Replace("weight_orig", "parametrizations.weight.original", StringComparison.Ordinal)
                            .Replace("weight_mask", "parametrizations.weight.0.mask", StringComparison.Ordinal)
                    )
                )
        );
        using WeightSet back = WeightsFile.Read(_folder["w"], Small),
            masked = _weights.Masked(_mask);
        Assert.True(back.BitEquals(masked));
        Assert.True(WeightsFit.Of(Small, _folder["w"]).Holds);
    }

    [Fact]
    public void A_mask_lies_alone_or_beside_weights()
    {
        Safetensors.Write(_folder["alone"], Masks("_mask"));
        Safetensors.Write(_folder["beside"], [.. Masks("_mask"), .. Arrays()]);
        foreach (string file in new[] { "alone", "beside" })
        {
            using Mask mask = MaskFile.Read(_folder[file], Small);
            Assert.True(mask.BitEquals(_mask));
            Refusal.Of(() => WeightsFile.Read(_folder[file], Small), _folder[file], "_mask' without");
        }
    }

    [Fact]
    public void Half_a_pair_is_refused()
    {
        string name = _mask.Prunable[0].Name;
        Safetensors.Write(_folder["w"], Pairs("").Where(a => a.Name != name + "_mask"));
        Refusal.Of(() => WeightsFile.Read(_folder["w"], Small), _folder["w"], $"'{name}_orig' without '{name}_mask'");
        Refusal.Of(() => MaskFile.Read(_folder["w"], Small), _folder["w"], $"'{name}_orig' without '{name}_mask'");
        Safetensors.Write(_folder["w"], Pairs("").Where(a => a.Name != name + "_orig"));
        Refusal.Of(() => WeightsFile.Read(_folder["w"], Small), _folder["w"], $"'{name}_mask' without '{name}_orig'");
        Safetensors.Write(_folder["w"], Pairs("").Append(Arrays().First(a => a.Name == name)));
        Refusal.Of(() => WeightsFile.Read(_folder["w"], Small), _folder["w"], "and 'fc1.weight' too");
    }
}
