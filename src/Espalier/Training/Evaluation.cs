using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>Loss and accuracy over a set of images: sums over images divided by their number, never means of batch means.</summary>
/// <param name="Loss">Mean cross-entropy, nats.</param>
/// <param name="AccuracyPercent">Share of images whose largest logit is the label's.</param>
/// <param name="Images">How many images.</param>
public sealed record Evaluation(double Loss, double AccuracyPercent, int Images)
{
    private const int Top = 5,
        FewClasses = 10;

    /// <summary>
    /// Share of images whose label's logit is among the five largest; null where there are at most ten classes, among
    /// which five say little.
    /// </summary>
    public double? Top5AccuracyPercent { get; init; }

    /// <summary>Images computed at once.</summary>
    public const int BatchSize = 500;

    /// <summary>Runs the network in evaluation mode over plain images in their order.</summary>
    /// <param name="weights">What to evaluate.</param>
    /// <param name="images">Its device and type decide where and how it is computed.</param>
    /// <param name="progress">Told the share of images done.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <exception cref="InputException">The network takes other images or knows another number of classes.</exception>
    public static Evaluation Of(
        WeightSet weights,
        BatchSource images,
        IProgress<double>? progress = null,
        CancellationToken cancel = default
    )
    {
        images.MustSuit(weights.Network);
        using var scope = NewDisposeScope();
        using NodeArrays arrays = NodeArrays.Of(weights, images.Device, images.Type);
        return Of(new ForwardPass(weights.Network), arrays, images, progress, cancel);
    }

    /// <summary>This, if its loss is a number: where logits are not finite, neither loss nor accuracy says anything.</summary>
    /// <param name="what">What was evaluated, for the message.</param>
    /// <exception cref="InputException">The loss is not finite.</exception>
    public Evaluation MustBeFinite(string what) =>
        double.IsFinite(Loss)
            ? this
            : throw new InputException(
                $"The loss of {what} on {Counted.Of(Images, "image")} is not finite; "
                    + "expected a network whose activations are finite numbers."
            );

    internal static Evaluation Of(
        ForwardPass pass,
        NodeArrays arrays,
        BatchSource images,
        IProgress<double>? progress = null,
        CancellationToken cancel = default
    )
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Totals totals = TotalsFor(pass, images);
        int done = 0;
        foreach (Batch batch in images.InOrder(BatchSize))
        {
            using var inner = NewDisposeScope();
            using (batch)
            {
                cancel.ThrowIfCancellationRequested();
                totals.Add(pass.Run(arrays, batch.Images, training: false), batch.Labels);
            }
            progress?.Report(Math.Min(1, (double)(done += BatchSize) / images.Count));
        }
        return totals.ToEvaluation();
    }

    /// <summary>
    /// The same by several ranks, each of which computes its share of the batches. The sums of batches are then added up in the order of
    /// the batches: one process has the same number.
    /// </summary>
    internal static Evaluation Of(ForwardPass pass, NodeArrays arrays, BatchSource images, ICollective ranks)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        int batches = images.BatchesPerEpoch(BatchSize);
        Totals totals = TotalsFor(pass, images);
        Tensor sums = zeros([batches, totals.Sums.Count], ScalarType.Float64, images.Device);
        ranks.All(() =>
        {
            var shard = new Shard(ranks.Rank, ranks.Size);
            int at = shard.Of(batches).Start;
            foreach (Batch batch in images.InOrder(BatchSize, shard))
            {
                using var inner = NewDisposeScope();
                using (batch)
                    totals.Add(pass.Run(arrays, batch.Images, training: false), batch.Labels);
                sums.select(0, at++).copy_(cat([.. totals.Sums], 0));
                totals.Clear();
            }
        });
        ranks.AllReduceSum(sums);
        double[] all = new double[totals.Sums.Count],
            each = HostRead.Values<double>(sums);
        for (int i = 0; i < each.Length; i++)
            all[i % all.Length] += each[i];
        return Totals.Of(all, images.Count);
    }

    private static Totals TotalsFor(ForwardPass pass, BatchSource images) =>
        new(images.Device, pass.Network.Classes > FewClasses ? Top : 0);
}
