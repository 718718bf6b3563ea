using static TorchSharp.torch;

namespace Espalier.Collectives;

/// <summary>
/// Ranks: processes that compute one thing together, numbered from 0. Every rank calls the same methods in the same order; each returns
/// when all have come as far as it needs. The sum of a call is the same bits on every rank, and in every run of as many ranks.
/// </summary>
public interface ICollective : IDisposable
{
    /// <summary>This process's number, 0 to <see cref="Size"/> − 1. Rank 0 alone writes and speaks.</summary>
    int Rank { get; }

    /// <summary>How many there are, at least 1.</summary>
    int Size { get; }

    /// <summary>What carries the numbers, for manifests and people: <c>shared memory</c>, <c>MPI (…)</c>, <c>NCCL …</c>.</summary>
    string Wire { get; }

    /// <summary>Makes a tensor the sum of all ranks' tensors, in its own memory.</summary>
    /// <param name="values">Contiguous; float32, float64 or int64; of one shape on all ranks.</param>
    /// <exception cref="BrokenRanksException">A rank has ended, or the wire fails.</exception>
    void AllReduceSum(Tensor values);

    /// <summary>Makes a tensor what it is on rank 0, in its own memory.</summary>
    /// <param name="values">Contiguous, of any type; of one shape on all ranks.</param>
    /// <exception cref="BrokenRanksException">A rank has ended, or the wire fails.</exception>
    void Broadcast(Tensor values);

    /// <summary>Gives every rank what each of them brings.</summary>
    /// <param name="own">At most <see cref="Collective.MostGathered"/> bytes; ranks may bring different numbers of them.</param>
    /// <returns>One entry a rank, in their order.</returns>
    /// <exception cref="BrokenRanksException">A rank has ended, or the wire fails.</exception>
    byte[][] Gather(ReadOnlySpan<byte> own);

    /// <summary>Waits until all have come here. Who waits long leaves its core to others.</summary>
    /// <exception cref="BrokenRanksException">A rank has ended, or the wire fails.</exception>
    void Barrier();

    /// <summary>
    /// Tells the others that this rank cannot go on: whatever they wait in ends. With MPI that is the end of their processes.
    /// </summary>
    /// <param name="reason">One sentence.</param>
    void Abort(string reason);
}
