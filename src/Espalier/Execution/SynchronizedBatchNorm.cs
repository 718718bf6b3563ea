using System.Runtime.ExceptionServices;
using Espalier.Collectives;
using Espalier.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Execution;

/// <summary>
/// Batch-norm in training whose mean and variance are those of the images of all ranks: what one process computes that has the whole
/// batch. Every rank weighs by the values that it has.
/// </summary>
/// <param name="ranks">All compute the same network, each on its part of a batch.</param>
internal sealed class SynchronizedBatchNorm(ICollective ranks) : IDisposable
{
    private Tensor?[] _given = []; // the last gradients that autograd was given
    private Exception? _fault;

    /// <summary>Normalises, and moves the running statistics, which become the same on all ranks.</summary>
    /// <param name="x">[N, C] or [N, C, H, W], this rank's part.</param>
    /// <param name="runningMean">[C].</param>
    /// <param name="runningVariance">[C].</param>
    /// <param name="weight">[C]; null for 1.</param>
    /// <param name="bias">[C]; null for 0.</param>
    /// <param name="op">Momentum and ε.</param>
    public Tensor Run(Tensor x, Tensor runningMean, Tensor runningVariance, Tensor? weight, Tensor? bias, BatchNorm op)
    {
        BatchMoments moments;
        using (no_grad())
        {
            moments = BatchMoments.Of(x, ranks, op.Epsilon);
            moments.Move(runningMean, runningVariance, op.Momentum);
        }
        var call = new Call(this, moments);
        Tensor result = Normalization.apply(x, weight!, bias!, call);
        call.Output?.Dispose(); // the result has its values; a second name would keep them longer
        return result;
    }

    /// <summary>After a backward pass: throws what went wrong in it, which must not pass through native code.</summary>
    public void EndBackward()
    {
        Dispose();
        if (Interlocked.Exchange(ref _fault, null) is { } fault)
            ExceptionDispatchInfo.Throw(fault);
    }

    /// <inheritdoc/>
    public void Dispose() => Give([]);

    /// <summary>Autograd has taken what it was given before; what it is given now belongs to no scope.</summary>
    private List<Tensor> Give(Tensor?[] gradients)
    {
        foreach (Tensor? taken in _given)
            taken?.Dispose();
        _given = gradients;
        return [.. gradients.Select(one => one?.DetachFromDisposeScope()!)];
    }

    private List<Tensor> Gradients(Tensor gradient, Tensor x, Tensor? weight, BatchMoments moments)
    {
        using var scope = NewDisposeScope();
        Tensor?[] found;
        try
        {
            if (_fault is not null)
                throw _fault;
            (Tensor ofX, Tensor ofWeight, Tensor ofBias) = moments.Backward(gradient, x, weight, ranks);
            found = [ofX, ofWeight, ofBias, null];
        }
        catch (Exception fault)
        {
            _fault = fault; // EndBackward throws it; until then zeros are as good as anything
            found = [zeros_like(x), zeros_like(moments.Mean), zeros_like(moments.Mean), null];
        }
        if (weight is null)
            found[1] = found[2] = null;
        return Give(found);
    }

    private sealed record Call(SynchronizedBatchNorm Owner, BatchMoments Moments)
    {
        public Tensor? Output { get; set; }
    }

    /// <summary>y = w (x − μ) / √(σ² + ε) + b, where μ and σ² depend on the x of all ranks.</summary>
    private sealed class Normalization : autograd.SingleTensorFunction<Normalization>
    {
        public override string Name => nameof(SynchronizedBatchNorm);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            (var x, var weight, var call) = ((Tensor)vars[0], (Tensor?)vars[1], (Call)vars[3]);
            ctx.save_for_backward(weight is null ? [x] : [x, weight]);
            ctx.save_data(nameof(Call), call);
            return call.Output = call.Moments.Normalized(x, weight, (Tensor?)vars[2]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            List<Tensor> saved = ctx.get_saved_variables();
            var call = (Call)ctx.get_data(nameof(Call));
            List<Tensor> gradients = call.Owner.Gradients(grad_output, saved[0], saved.Count > 1 ? saved[1] : null, call.Moments);
            grad_output.Dispose();
            return gradients;
        }
    }
}
