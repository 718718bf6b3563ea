using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;
using TorchSharp;
using Xunit;

namespace Espalier.Tests.Networks;

/// <summary>Residual branches whose last scale begins at zero.</summary>
public class ZeroInitSpecs
{
    [Theory]
    [InlineData("resnet18", 8, "bn2")]
    [InlineData("resnet50", 16, "bn3")]
    public void The_last_scale_of_each_block_begins_at_zero_and_no_other_does(string name, int blocks, string last)
    {
        using var scope = torch.NewDisposeScope();
        Network network = Models.Build($"{name}:zero-init=true,width=0.1", Shape.Maps(3, 32, 32), 4),
            usual = Models.Build($"{name}:width=0.1", Shape.Maps(3, 32, 32), 4);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A.init"));
        string[] zero =
        [
            .. network
                .Parameters.Where(p => p.Kind == ParameterKind.NormWeight && weights.Read(p).All(scale => scale == 0))
                .Select(p => p.Name),
        ];
        Assert.Equal(blocks, zero.Length);
        Assert.All(zero, array => Assert.EndsWith($".{last}.weight", array));
        Assert.Equal(usual.Parameters.Select(p => (p.Name, p.Count)), network.Parameters.Select(p => (p.Name, p.Count)));
        Assert.NotEqual(usual.Fingerprint, network.Fingerprint);
        Assert.Equal(network.Fingerprint, NetworkJson.Read(NetworkJson.Write(network), name).Fingerprint);
        using WeightSet plain = Initialization.KaimingNormal(usual, new RandomStream(0, "A.init"));
        foreach (
            (Parameter mine, Parameter theirs) in network.Parameters.Zip(usual.Parameters).Where(pair => !zero.Contains(pair.First.Name))
        )
            Assert.Equal(plain.Read(theirs), weights.Read(mine)); // nothing else is drawn otherwise
    }
}
