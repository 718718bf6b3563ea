using Espalier.Files;
using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Symmetry;

/// <summary>What two files of one kind, weights, masks or permutations of one network, have in common.</summary>
/// <param name="Content">What they hold.</param>
/// <param name="Network">What they are of.</param>
/// <param name="Layers">Of weights every trained array, of masks every array that either may prune; none of permutations.</param>
/// <param name="Groups">Of permutations every group.</param>
public sealed record Comparison(
    ArtefactContent Content,
    Network Network,
    IReadOnlyList<LayerDifference> Layers,
    IReadOnlyList<GroupDifference> Groups
)
{
    /// <summary>All layers as one; null of permutations.</summary>
    public LayerDifference? Total => Layers.Count > 0 ? LayerDifference.Sum(Layers) : null;

    /// <summary>Whether no trained value, no kept weight and no place of a unit differs. Statistics are not looked at.</summary>
    public bool AreSame =>
        Layers.All(layer => layer.Distance is 0 or null && layer.KeptA == layer.KeptB && layer.KeptB == layer.KeptInBoth)
        && Groups.All(group => group.Same == group.Units);

    /// <summary>Reads two files and compares them. Pairs of torch.nn.utils.prune count as their products.</summary>
    /// <param name="a">Weights, a mask or a permutation.</param>
    /// <param name="b">Another of the same kind.</param>
    /// <param name="network">What other tools' files are of; null where A says so itself.</param>
    /// <param name="notes">Told in a sentence what was left out of names.</param>
    /// <exception cref="InputException">A file is missing or damaged, or they are of different kinds or networks.</exception>
    public static Comparison Of(string a, string b, Network? network = null, IProgress<string>? notes = null)
    {
        using OpenTensorFile openA = OpenTensorFile.Of(a),
            openB = OpenTensorFile.Of(b);
        TensorFile first = PrunedPairs.Named(openA.Content),
            second = PrunedPairs.Named(openB.Content);
        ArtefactContent content = ContentOf(first, network),
            other = ContentOf(second, network ?? Named(first));
        if (content != other)
            throw new InputException($"'{a}' holds {content.Words()}, but '{b}' {other.Words()}; expected two of one kind.");
        switch (content)
        {
            case ArtefactContent.Permutation:
                Permutation from = PermutationFile.Of(first, network),
                    to = PermutationFile.Of(second, from.Groups.Network);
                return new Comparison(content, from.Groups.Network, [], GroupDifference.Of(from, to));
            case ArtefactContent.Mask:
                using (Mask one = MaskFile.Of(first, network, notes))
                using (Mask two = MaskFile.Of(second, one.Network, notes))
                    return new Comparison(content, one.Network, LayersOf(one, two), []);
            default:
                using (WeightSet one = WeightsFile.Of(first, network, notes))
                using (WeightSet two = WeightsFile.Of(second, one.Network, notes))
                    return new Comparison(content, one.Network, LayersOf(one, two), []);
        }
    }

    private static ArtefactContent ContentOf(TensorFile file, Network? network)
    {
        ArtefactContent found = ArtefactContents.Of(file, network);
        return found == ArtefactContent.Pairs ? ArtefactContent.Weights : found;
    }

    /// <summary>The network that a file of ours is of, for one of another tool beside it.</summary>
    private static Network? Named(TensorFile file) =>
        ArtefactHeader.IsOurs(file) ? ArtefactHeader.Check(file, file.Metadata["format"], null) : null;

    private static LayerDifference[] LayersOf(WeightSet a, WeightSet b) =>
        [.. a.Network.Parameters.Select(p => LayerDifference.Of(p, a.Read(p), b.Read(p)))];

    private static LayerDifference[] LayersOf(Mask a, Mask b)
    {
        Dictionary<string, bool[]> one = Kept(a),
            two = Kept(b);
        return
        [
            .. a
                .Network.Parameters.Where(p => one.ContainsKey(p.Name) || two.ContainsKey(p.Name))
                .Select(p => LayerDifference.Of(p, one.GetValueOrDefault(p.Name) ?? All(p), two.GetValueOrDefault(p.Name) ?? All(p))),
        ];
    }

    private static Dictionary<string, bool[]> Kept(Mask mask) =>
        StateDict.Of(mask).ToDictionary(tensor => tensor.Name, tensor => tensor.ToBooleans(), StringComparer.Ordinal);

    /// <summary>What a mask may not prune, it keeps.</summary>
    private static bool[] All(Parameter p) => [.. Enumerable.Repeat(true, p.Count)];
}
