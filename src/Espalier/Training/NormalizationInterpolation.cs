using Espalier.Execution;
using Espalier.Networks;
using Espalier.Runtime;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// Random interpolation of normalisations (Oh et al. 2025): a forward pass computes with the scales α + (1 − α) γ and the shifts
/// (1 − α) β, on the way from γ and β to what a random initialization has, 1 and 0. Autograd sees the interpolation: what it leaves
/// for γ and β is 1 − α times the gradient at the interpolated point, and their own exactly.
/// </summary>
/// <param name="network">Of the arrays.</param>
/// <param name="arrays">Of γ and β as leaves.</param>
internal sealed class NormalizationInterpolation(Network network, NodeArrays arrays)
{
    private readonly Parameter[] _normalizations = [.. network.Parameters.Where(NodeArrays.IsNormalisation)];

    /// <summary>Computes with interpolated normalisations; the arrays are then what they were.</summary>
    /// <param name="alpha">α, in [0, 1].</param>
    /// <param name="compute">Reads the arrays.</param>
    public Tensor With(double alpha, Func<Tensor> compute)
    {
        Tensor[] own = [.. _normalizations.Select(p => arrays.Slot(p)!)];
        try
        {
            foreach (Parameter p in _normalizations)
            {
                Tensor part = arrays.Slot(p)!.Times(1 - alpha);
                arrays.Slot(p) = p.Kind is ParameterKind.NormWeight ? part.Plus(alpha) : part;
            }
            return compute();
        }
        finally
        {
            foreach ((Parameter p, Tensor leaf) in _normalizations.Zip(own))
                arrays.Slot(p) = leaf;
        }
    }
}
