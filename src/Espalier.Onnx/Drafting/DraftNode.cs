using Espalier.Networks;
using Espalier.Onnx.Format;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Drafting;

/// <summary>An array of a node of the network.</summary>
/// <param name="Of">Where its numbers are.</param>
/// <param name="IsTransposed">Whether the model has it as [in, out].</param>
internal sealed record DraftArray(Constant Of, bool IsTransposed = false);

/// <summary>A node of the network that is being made.</summary>
/// <param name="Source">The model's node that it comes of; null for what is put between.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Inputs">Earlier nodes.</param>
/// <param name="Arrays">Its numbers.</param>
internal sealed record DraftNode(
    OnnxNode? Source,
    Operation Operation,
    IReadOnlyList<int> Inputs,
    IReadOnlyDictionary<ParameterKind, DraftArray> Arrays
)
{
    /// <summary>Its array of a kind.</summary>
    public DraftArray? this[ParameterKind kind] => Arrays.GetValueOrDefault(kind);
}
