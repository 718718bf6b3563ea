using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// The exponential moving average of a training's weights (<see cref="TrainingOptions.EmaDecay"/>), a ← βa + (1 − β)θ after every
/// step, and of its batch-norm statistics likewise. It begins with the weights that the training begins with.
/// </summary>
internal sealed class MovingAverage : IDisposable
{
    private readonly double _decay;

    /// <param name="decay">β.</param>
    /// <param name="values">θ [P] at the start, pruned ones zero.</param>
    /// <param name="statistics">[Q] at the start.</param>
    public MovingAverage(double decay, Tensor values, Tensor statistics)
    {
        _decay = decay;
        Values = values.detach().clone().DetachFromDisposeScope();
        Statistics = statistics.detach().clone().DetachFromDisposeScope();
    }

    /// <summary>a, float32 [P].</summary>
    public Tensor Values { get; }

    /// <summary>Running means and variances, float32 [Q].</summary>
    public Tensor Statistics { get; }

    /// <summary>After a step, also one that is recorded: in place.</summary>
    public void Step(Tensor values, Tensor statistics)
    {
        using var guard = no_grad();
        using Scalar kept = Held.Number(_decay),
            share = Held.Number(1 - _decay);
        Values.mul_(kept).add_(values, share);
        Statistics.mul_(kept).add_(statistics, share);
    }

    /// <summary>What is pruned from here on counts no more.</summary>
    /// <param name="pruned">Bool [P].</param>
    public void Forget(Tensor pruned) => Values.masked_fill_(pruned, Held.Zero);

    /// <summary>A copy on the CPU.</summary>
    public WeightSet Snapshot(ParameterLayout layout) => new(layout, HostRead.Copy(Values), HostRead.Copy(Statistics));

    public void Dispose()
    {
        Values.Dispose();
        Statistics.Dispose();
    }
}
