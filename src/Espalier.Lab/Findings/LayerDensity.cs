namespace Espalier.Lab.Findings;

/// <summary>What a mask keeps of one layer.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Method">Whose mask: <c>lth</c> for m, <c>permuted</c> for π(m), or a control.</param>
/// <param name="Sparsity">S requested.</param>
/// <param name="Layer">The array's name.</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Kept">Weights kept.</param>
public sealed record LayerDensity(string Model, long Seed, string Method, double Sparsity, string Layer, long Weights, long Kept);
