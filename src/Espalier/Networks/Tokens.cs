namespace Espalier.Networks;

/// <summary>Maps as a row of tokens, one a position, rows first: C×H×W → C×(H·W)×1. Tokens are maps of width 1, whose channels are
/// what PyTorch's [N, tokens, channels] have last.</summary>
public sealed record Tokens : Operation;

/// <summary>One more token before all others, the same for every image: an array [1, 1, channels] that is called as the node is.</summary>
public sealed record ClassToken : Operation;

/// <summary>Adds to every token its place's values: an array [1, tokens, channels] that is called as the node is.</summary>
public sealed record PositionEmbedding : Operation;

/// <summary>Softmax(q·kᵀ / √d)·v of every head, d its units: of tokens with the queries' channels, then the keys', then the values',
/// each head after head. Whole heads can be permuted, within a head the units of queries and keys alike, and those of values.</summary>
/// <param name="Heads">Equal parts of the channels, at least 1.</param>
public sealed record Attention([property: FieldRange(1)] int Heads) : Operation
{
    /// <summary>Whether it adds up what flows into queries, keys and values and spreads it over all tokens, instead.</summary>
    internal bool AsFlow { get; init; }
}

/// <summary>One token alone: C×T×1 → C×1×1.</summary>
/// <param name="Index">Which, from 0, the class token's if there is one.</param>
public sealed record Token([property: FieldRange(0)] int Index = 0) : Operation;

/// <summary>Tokens become channels and channels tokens: C×T×1 → T×C×1. Between two of these a linear layer along channels mixes
/// tokens, as in MLP-Mixer; its units can be permuted.</summary>
public sealed record Transpose : Operation;
