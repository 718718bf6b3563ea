using Espalier.Weights;

namespace Espalier.Lab.Findings;

/// <summary>What a method's mask keeps of one layer, to be looked at.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Method">As in <see cref="ResultCell"/>.</param>
/// <param name="Sparsity">S requested.</param>
/// <param name="Picture">The layer and its cells.</param>
public sealed record LayerMask(string Model, long Seed, string Method, double Sparsity, MaskPicture Picture);
