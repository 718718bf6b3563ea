using static TorchSharp.torch;

namespace Espalier.Collectives;

/// <summary>One process: every sum is its own already.</summary>
public sealed class Alone : ICollective
{
    private Alone() { }

    /// <summary>The only one that is needed.</summary>
    public static Alone Here { get; } = new();

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Size => 1;

    /// <inheritdoc/>
    public string Wire => "none";

    /// <inheritdoc/>
    public void AllReduceSum(Tensor values) { }

    /// <inheritdoc/>
    public void Broadcast(Tensor values) { }

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> own) => [own.ToArray()];

    /// <inheritdoc/>
    public void Barrier() { }

    /// <inheritdoc/>
    public void Abort(string reason) { }

    /// <inheritdoc/>
    public void Dispose() { }
}
