using Espalier.Files;
using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Symmetry;

/// <summary>What a file of arrays holds.</summary>
public enum ArtefactContent
{
    /// <summary>Weights.</summary>
    Weights,

    /// <summary>Weights and a mask: the pairs of torch.nn.utils.prune.</summary>
    Pairs,

    /// <summary>A mask alone.</summary>
    Mask,

    /// <summary>A permutation.</summary>
    Permutation,

    /// <summary>Arrays of another tool, of a network that nobody named.</summary>
    Unknown,
}

/// <summary>Tells contents of files apart.</summary>
internal static class ArtefactContents
{
    /// <summary>What a file holds: what it says itself, or else what its names and types are.</summary>
    /// <param name="file">As it was read.</param>
    /// <param name="network">What another tool's file is of, if that is known.</param>
    /// <exception cref="InputException">It is a file of this library of yet another kind.</exception>
    public static ArtefactContent Of(TensorFile file, Network? network)
    {
        string? format = ArtefactHeader.IsOurs(file) ? file.Metadata["format"] : null;
        bool isMask = file.InOrder.All(tensor => tensor.Type == TensorType.Bool || PrunedPairs.IsMask(tensor.Name));
        return format switch
        {
            PermutationFile.Format => ArtefactContent.Permutation,
            MaskFile.Format => ArtefactContent.Mask,
            StateDict.PrunedFormat => ArtefactContent.Pairs,
            WeightsFile.Format => ArtefactContent.Weights,
            not null => throw new InputException(
                $"'{file.Path}' is a file of kind {FileFaults.Shorten(format)}; expected weights, a mask or a permutation."
            ),
            null when network is null => ArtefactContent.Unknown,
            null when PrunedPairs.AreIn(file) => ArtefactContent.Pairs,
            null => isMask ? ArtefactContent.Mask : ArtefactContent.Weights,
        };
    }

    /// <summary>What a message calls it.</summary>
    public static string Words(this ArtefactContent content) =>
        content switch
        {
            ArtefactContent.Permutation => "a permutation",
            ArtefactContent.Mask => "a mask",
            ArtefactContent.Pairs => "weights and their mask",
            ArtefactContent.Weights => "weights",
            _ => "arrays of a network that was not named (--model)",
        };
}
