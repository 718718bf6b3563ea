namespace Espalier.Networks;

/// <summary>Sum of two or more inputs: the residual connection. It ties their channels. Where one has a single row, column or channel, that
/// is added everywhere.</summary>
public sealed record Add : Operation;

/// <summary>Product of two or more inputs, such as maps with one factor a channel (squeeze-and-excitation). It ties their channels. Where
/// one has a single row, column or channel, that multiplies everything.</summary>
public sealed record Multiply : Operation;

/// <summary>Channels of the first input, then those of the second, and so on.</summary>
public sealed record Concat : Operation;

/// <summary>The parameter-free shortcut of He et al. 2016 (option A): every <paramref name="Stride"/>-th position, and zero channels
/// before and after, half each, up to <paramref name="Out"/> channels.</summary>
/// <param name="Out">Channels, as many as there were or an even number more.</param>
/// <param name="Stride">At least 1.</param>
public sealed record PadShortcut([property: FieldRange(1)] int Out, [property: FieldRange(1)] int Stride) : Operation;
