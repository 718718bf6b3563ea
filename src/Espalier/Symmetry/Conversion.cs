using Espalier.Files;
using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Symmetry;

/// <summary>What is in a file, laid down in another form: arrays under PyTorch's names, and what they are.</summary>
/// <param name="Form">The form.</param>
/// <param name="Network">What they are of; null where neither the file nor the caller said.</param>
/// <param name="Tensors">The arrays.</param>
/// <param name="Metadata">Text to keep with them: the kind of file, and the network's graph.</param>
public sealed record Conversion(
    ConversionForm Form,
    Network? Network,
    IReadOnlyList<StoredTensor> Tensors,
    IReadOnlyDictionary<string, string> Metadata
)
{
    private const string AxesFormat = "espalier.axes";

    private static readonly ConversionForm[] s_masked = [ConversionForm.Pruned, ConversionForm.Zeros];

    private static readonly Dictionary<ArtefactContent, ConversionForm[]> s_forms = new()
    {
        // The first form is the one that is meant where none is named.
        [ArtefactContent.Permutation] = [ConversionForm.Groups, ConversionForm.Axes],
        [ArtefactContent.Mask] = [ConversionForm.Mask],
        [ArtefactContent.Pairs] = [ConversionForm.Pruned, ConversionForm.Zeros, ConversionForm.Plain, ConversionForm.Mask],
        [ArtefactContent.Weights] = [ConversionForm.Plain],
        [ArtefactContent.Unknown] = [ConversionForm.Plain],
    };

    /// <summary>Reads a file and lays its content down anew.</summary>
    /// <param name="path">Weights, a mask or a permutation, of this library or another tool.</param>
    /// <param name="form">The form wanted; null for that which loses nothing.</param>
    /// <param name="mask">A mask for weights; null for none, or for the one that the file itself holds.</param>
    /// <param name="network">What another tool's file is of; without it, its arrays are passed on as they are.</param>
    /// <param name="notes">Told in a sentence what was left out of names.</param>
    /// <exception cref="InputException">A file is missing or damaged, or its content has no such form.</exception>
    public static Conversion Of(
        string path,
        ConversionForm? form = null,
        string? mask = null,
        Network? network = null,
        IProgress<string>? notes = null
    )
    {
        TensorFile file = PrunedPairs.Named(TensorFile.Read(path));
        ArtefactContent content = ArtefactContents.Of(file, network);
        if (mask is not null && content is not (ArtefactContent.Weights or ArtefactContent.Pairs))
            throw new InputException($"'{path}' holds {content.Words()}, to which no mask can be applied; expected weights.");
        ConversionForm[] possible = mask is null ? s_forms[content] : s_masked;
        ConversionForm wanted = form ?? possible[0];
        if (!possible.Contains(wanted))
            throw new InputException(
                $"'{path}' holds {content.Words()}, which cannot be written as {Spelled(wanted)}{(mask is null ? "" : " with a mask")}; "
                    + $"expected {string.Join(" or ", possible.Select(Spelled))}{Advice(content, mask)}."
            );
        return content switch
        {
            ArtefactContent.Permutation => OfPermutation(file, network, wanted),
            ArtefactContent.Unknown => new Conversion(wanted, null, file.InOrder, new Dictionary<string, string>()),
            _ => OfNumbers(file, network, wanted, mask, notes),
        };
    }

    private static Conversion OfPermutation(TensorFile file, Network? network, ConversionForm form)
    {
        Permutation permutation = PermutationFile.Of(file, network);
        network = permutation.Groups.Network;
        return form == ConversionForm.Groups
            ? new Conversion(form, network, PermutationArrays.OfGroups(permutation), PermutationArrays.Facts(permutation, file.Metadata))
            : new Conversion(form, network, PermutationArrays.OfAxes(permutation), ArtefactHeader.Of(AxesFormat, network, file.Metadata));
    }

    private static Conversion OfNumbers(TensorFile file, Network? network, ConversionForm form, string? maskPath, IProgress<string>? notes)
    {
        if (form == ConversionForm.Mask)
        {
            using Mask alone = MaskFile.Of(file, network, notes);
            return new Conversion(form, alone.Network, StateDict.Of(alone), Facts(MaskFile.Format, alone.Network, file));
        }
        using WeightSet weights = WeightsFile.Of(
            PrunedPairs.AreIn(file) && form != ConversionForm.Zeros ? PrunedPairs.Originals(file) : file,
            network,
            notes
        );
        network = weights.Network;
        using Mask? mask =
            maskPath is not null ? MaskFile.Read(maskPath, network, notes)
            : form is ConversionForm.Pruned ? MaskFile.Of(file, network, null)
            : null;
        if (form == ConversionForm.Pruned)
            return new Conversion(form, network, StateDict.Pruned(weights, mask!), Facts(StateDict.PrunedFormat, network, file));
        using WeightSet? masked = mask is null ? null : weights.Masked(mask);
        return new Conversion(form, network, StateDict.Of(masked ?? weights), Facts(WeightsFile.Format, network, file));
    }

    /// <summary>What another tool wrote beside its tensors is not ours to pass on as a fact.</summary>
    private static Dictionary<string, string> Facts(string format, Network network, TensorFile file) =>
        ArtefactHeader.Of(format, network, ArtefactHeader.IsOurs(file) ? file.Metadata : null);

    private static string Advice(ArtefactContent content, string? mask) =>
        content == ArtefactContent.Weights && mask is null ? ", or a mask beside them (--mask)" : "";

    private static string Spelled(ConversionForm form) => form.ToString().ToLowerInvariant();
}
