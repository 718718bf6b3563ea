using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Cli.Options;

/// <summary>Networks of one graph, read from the files of a command line.</summary>
internal sealed class GivenNetworks : IDisposable
{
    private readonly List<WeightSet> _networks = [];

    /// <param name="paths">At least one.</param>
    /// <param name="read">Reads a file's network, of the graph of another if that is given.</param>
    public GivenNetworks(IReadOnlyList<string> paths, Func<string, WeightSet?, WeightSet> read)
    {
        try
        {
            foreach (string path in paths)
                _networks.Add(read(path, _networks.Count > 0 ? _networks[0] : null));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Their graph.</summary>
    public Network Network => _networks[0].Network;

    public WeightSet this[int index] => _networks[index];

    /// <summary>All, in the order of their files.</summary>
    public IReadOnlyList<WeightSet> All => _networks;

    /// <summary>Moves one of them through weight symmetry.</summary>
    public void Move(int index, Permutation permutation)
    {
        using WeightSet before = _networks[index];
        _networks[index] = permutation.Apply(before);
    }

    public void Dispose()
    {
        foreach (WeightSet network in _networks)
            network.Dispose();
    }
}
