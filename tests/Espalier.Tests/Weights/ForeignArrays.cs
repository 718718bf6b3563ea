using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Files;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Weights;

/// <summary>A small network and a mask of it, as arrays of a file, by the names that other tools give them.</summary>
public abstract class ForeignArrays : IDisposable
{
    private protected static readonly Network Small = Mlp.Build(Shape.Maps(1, 2, 2), 3, depth: 1, width: 4);
    private protected readonly TempFolder _folder = new();
    private protected readonly WeightSet _weights = RandomNetworks.Weights(Small, new RandomStream(0, "foreign"));
    private protected readonly Mask _mask;
    private protected readonly List<string> _notes = [];

    protected ForeignArrays() => _mask = RandomNetworks.Mask(_weights, new RandomStream(1, "foreign"));

    public void Dispose()
    {
        _mask.Dispose();
        _weights.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static StoredTensor Stored(string name, Parameter p, WeightSet weights) =>
        StoredTensor.FromFloats(name, [.. p.Shape.Select(n => (long)n)], weights[p].contiguous().data<float>().ToArray());

    private protected IEnumerable<StoredTensor> Arrays(string prefix = "") =>
        Small.Parameters.Select(p => Stored(prefix + p.Name, p, _weights));

    private protected IEnumerable<StoredTensor> Masks(string ending, string prefix = "") =>
        _mask.Prunable.Select(p =>
            StoredTensor.FromBools(
                prefix + p.Name + ending,
                [.. p.Shape.Select(n => (long)n)],
                _mask.Layout.View(_mask.Pruned, p).logical_not().contiguous().data<bool>().ToArray()
            )
        );

    private protected IEnumerable<StoredTensor> Pairs(string prefix) =>
        Small
            .Parameters.Select(p => Stored(prefix + p.Name + (_mask.Prunable.Contains(p) ? "_orig" : ""), p, _weights))
            .Concat(Masks("_mask", prefix));
}
