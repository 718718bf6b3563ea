namespace Espalier.Networks;

/// <summary>max(0, x).</summary>
public sealed record Relu : Operation;

/// <summary>min(6, max(0, x)).</summary>
public sealed record Relu6 : Operation;

/// <summary>x where it is positive, a small share of it elsewhere.</summary>
/// <param name="Slope">That share, in [0, 1].</param>
public sealed record LeakyRelu([property: FieldRange(0, 1)] double Slope = 0.01) : Operation;

/// <summary>Gaussian error linear unit.</summary>
public sealed record Gelu : Operation;

/// <summary>x · σ(x), also called swish.</summary>
public sealed record Silu : Operation;

/// <summary>x · min(6, max(0, x + 3)) / 6.</summary>
public sealed record HardSwish : Operation;

/// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
public sealed record Sigmoid : Operation;

/// <summary>min(6, max(0, x + 3)) / 6.</summary>
public sealed record HardSigmoid : Operation;

/// <summary>Hyperbolic tangent.</summary>
public sealed record Tanh : Operation;

/// <summary>eˣ over the sum of all channels' at the same position.</summary>
public sealed record Softmax : Operation;
