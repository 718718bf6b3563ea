using Espalier.Files;
using Espalier.Networks;

namespace Espalier.Weights;

/// <summary>How an array of a network and one of a file go together.</summary>
public enum ArrayFitKind
{
    /// <summary>Same name, same shape.</summary>
    Fits,

    /// <summary>Same name, another shape.</summary>
    OtherShape,

    /// <summary>The file does not have it.</summary>
    Missing,

    /// <summary>The network does not have it.</summary>
    TooMuch,
}

/// <summary>An array of a network, of a file, or of both.</summary>
/// <param name="Name">PyTorch's.</param>
/// <param name="Kind">How they go together.</param>
/// <param name="Expected">The network's shape; null where it has none of this name.</param>
/// <param name="Found">The file's shape; null where it has none of this name.</param>
/// <param name="Nearest">Of one that only one side has: the nearest name that only the other has, of the same shape if there is
/// one.</param>
public sealed record ArrayFit(string Name, ArrayFitKind Kind, IReadOnlyList<int>? Expected, IReadOnlyList<long>? Found, string? Nearest);

/// <summary>Which arrays of a file fit a network's, and which do not.</summary>
/// <param name="Arrays">Those of the network in its order, then those that only the file has.</param>
public sealed record WeightsFit(IReadOnlyList<ArrayFit> Arrays)
{
    /// <summary>Whether the file holds the network.</summary>
    public bool Holds => Arrays.All(array => array.Kind == ArrayFitKind.Fits);

    /// <summary>Compares names and shapes; numbers are not looked at.</summary>
    /// <param name="network">What is wanted.</param>
    /// <param name="path">A safetensors file or a PyTorch checkpoint.</param>
    /// <param name="notes">Told in a sentence what was left out of names to make them fit, such as <c>module.</c>.</param>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static WeightsFit Of(Network network, string path, IProgress<string>? notes = null)
    {
        Parameter[] wanted = [.. network.Parameters.Concat(network.Buffers)];
        HashSet<string> names = new(wanted.Select(p => p.Name), StringComparer.Ordinal);
        Func<string, string> first = SharedNames.Of(network);
        using OpenTensorFile open = OpenTensorFile.Of(path);
        TensorFile file = NamePrefixes.Fit(
            PrunedPairs.Named(open.Content),
            reading => reading.Tensors.Keys.Any(name => names.Contains(first(PrunedPairs.ArrayOf(name)))),
            name => names.Contains(first(PrunedPairs.ArrayOf(name))),
            notes
        );
        Dictionary<string, long[]> found = new(StringComparer.Ordinal);
        foreach (StoredTensor tensor in file.Tensors.Values)
            if (!tensor.Name.EndsWith(StateDict.Counter, StringComparison.Ordinal))
                found[first(PrunedPairs.ArrayOf(tensor.Name))] = [.. tensor.Shape];
        (string Name, long[] Shape)[] missing =
            [.. wanted.Where(p => !found.ContainsKey(p.Name)).Select(p => (p.Name, StateDict.Sizes(p)))],
            extra = [.. found.Where(pair => !names.Contains(pair.Key)).Select(pair => (pair.Key, pair.Value))];
        return new WeightsFit([
            .. wanted.Select(p =>
                found.TryGetValue(p.Name, out long[]? shape)
                    ? new ArrayFit(
                        p.Name,
                        shape.SequenceEqual(StateDict.Sizes(p)) ? ArrayFitKind.Fits : ArrayFitKind.OtherShape,
                        p.Shape,
                        shape,
                        null
                    )
                    : new ArrayFit(p.Name, ArrayFitKind.Missing, p.Shape, null, NearestOf(p.Name, StateDict.Sizes(p), extra))
            ),
            .. extra.Select(pair => new ArrayFit(
                pair.Name,
                ArrayFitKind.TooMuch,
                null,
                pair.Shape,
                NearestOf(pair.Name, pair.Shape, missing)
            )),
        ]);
    }

    private static string? NearestOf(string name, long[] shape, IReadOnlyList<(string Name, long[] Shape)> others)
    {
        string[] alike = [.. others.Where(other => other.Shape.SequenceEqual(shape)).Select(other => other.Name)];
        return Espalier.Nearest.Suggest(name, alike)
            ?? (alike is [var only] ? only : Espalier.Nearest.Suggest(name, others.Select(other => other.Name)));
    }
}
