using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>The mask of a sparse training on its device, which may change, and what gradients are multiplied by for it.</summary>
internal sealed class MaskInForce : IDisposable
{
    private readonly Tensor _broken; // int64 [1]: numbers that a change of the mask could not rank
    private Mask? _mask; // null where it has changed on the device since it was last read

    /// <param name="mask">In force at first; not owned.</param>
    /// <param name="scales">Whether gradients are scaled.</param>
    /// <param name="device">Where the training computes.</param>
    public MaskInForce(Mask mask, bool scales, Device device)
    {
        using var scope = NewDisposeScope();
        Pruned = mask.Pruned.to(device, copy: true).DetachFromDisposeScope();
        Factors = Pruned.logical_not().to(ScalarType.Float32).DetachFromDisposeScope();
        if (scales)
            Scales = GradientScaling.Factors(mask, Pruned).DetachFromDisposeScope();
        _broken = zeros(1, ScalarType.Int64, device).DetachFromDisposeScope();
        _mask = First = mask;
    }

    /// <summary>The mask that it began with.</summary>
    public Mask First { get; }

    /// <summary>Bool [P], where pruned now.</summary>
    public Tensor Pruned { get; }

    /// <summary>1 where kept and 0 where pruned, float32 [P].</summary>
    public Tensor Factors { get; }

    /// <summary>What gradients are scaled by, float32 [P] (<see cref="GradientScaling"/>); null where they are not.</summary>
    public Tensor? Scales { get; }

    /// <summary>In force now, on the host: read from the device if it has changed there.</summary>
    public Mask Mask => _mask ??= new Mask(First.Layout, First.Prunable, HostRead.Copy(Pruned));

    /// <summary>Puts another in force.</summary>
    /// <param name="pruned">Bool [P]; copied.</param>
    /// <param name="broken">What could not be ranked to choose it, int64 []; null for nothing.</param>
    /// <param name="known">The same on the host, owned from here on; null where it is the device's alone.</param>
    public void Change(Tensor pruned, Tensor? broken, Mask? known)
    {
        using var scope = NewDisposeScope();
        Pruned.copy_(pruned);
        if (broken is not null)
            _broken.PlusInPlace(broken);
        Factors.copy_(Pruned.logical_not());
        Scales?.copy_(GradientScaling.Factors(First, Pruned));
        Forget();
        _mask = known;
    }

    /// <summary>
    /// The invariant of sparse training: every pruned weight is exactly zero, as many are kept as a schedule says, and whatever chose them
    /// could rank them. One read.
    /// </summary>
    /// <param name="values">θ [P].</param>
    /// <param name="kept">By the schedule; null where the mask does not change.</param>
    /// <exception cref="InvalidOperationException">It is broken: an internal fault.</exception>
    /// <exception cref="InputException">Weights or gradients were not finite.</exception>
    public void Check(Tensor values, long? kept)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        long[] found = HostRead.Values<long>(
            cat([_broken, values.ne(Held.Zero).logical_and(Pruned).sum().view(1), Pruned.sum().view(1)], 0)
        );
        RankedScores.MustBeFinite(found[0]);
        if (found[1] != 0)
            throw new InvalidOperationException($"{found[1]} pruned weights are not zero");
        if (kept is not null && First.PrunableCount - found[2] != kept)
            throw new InvalidOperationException($"{First.PrunableCount - found[2]} weights are kept, by schedule {kept}");
    }

    private void Forget()
    {
        if (_mask != First)
            _mask?.Dispose();
        _mask = null;
    }

    public void Dispose()
    {
        Forget();
        foreach (Tensor? buffer in new[] { Pruned, Factors, Scales, _broken })
            buffer?.Dispose();
    }
}
