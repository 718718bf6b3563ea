using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Matching;

/// <summary>
/// What activations have in common: both networks see the same images once, and the cross-moments of every group accumulate side by side.
/// </summary>
internal static class ActivationMoments
{
    // Often enough for a flat peak, without a measurable change of the time (bench/results.md); see NativeMemory.Trim.
    private const int BatchesBetweenTrims = 8;

    // Of one pass on a device: see ImagesAtOnce.
    private const int MostImages = 1000;
    private const long MostBytes = 2L << 30;

    /// <summary>Cross-moments of every chosen tap of every group, over the same images.</summary>
    public static (CrossMoments[][] Moments, int Images) Of(
        PermutationGroups groups,
        WeightSet a,
        WeightSet b,
        BatchSource images,
        MatchingOptions options,
        IProgress<double>? progress,
        CancellationToken cancel
    )
    {
        var moments = groups
            .Groups.Select(group =>
                MustBeSeen(groups, group, options.Taps).Select(tap => (Tap: tap, Moments: new CrossMoments(group.Units))).ToArray()
            )
            .ToArray();
        try
        {
            int seen = Collect(a, b, images, options, moments.SelectMany(group => group), progress, cancel);
            foreach ((_, CrossMoments sums) in moments.SelectMany(group => group))
                sums.Settle();
            return ([.. moments.Select(group => group.Select(entry => entry.Moments).ToArray())], seen);
        }
        finally
        {
            foreach ((_, CrossMoments sums) in moments.SelectMany(group => group))
                sums.Dispose(); // where it was cancelled they are not settled
        }
    }

    private static Tap[] MustBeSeen(PermutationGroups groups, PermutationGroup group, TapChoice choice) =>
        Chosen(groups, group, choice).ToArray() is { Length: > 0 } taps
            ? taps
            : throw new InputException(
                $"The units '{group.Name}' of {groups.Network.Name} are only seen flattened; activations cannot match them, by=weights can."
            );

    /// <summary>Where a group is read: units that are tied by an array of several uses, in all of these.</summary>
    public static IEnumerable<Tap> Chosen(PermutationGroups groups, PermutationGroup group, TapChoice choice) =>
        choice switch
        {
            _ when group.IsShared => group.Taps,
            TapChoice.Sum => group.Taps,
            TapChoice.FinalStreamOneBlockEarly when group.Taps.Count > 1 && group.Taps[^1].Node == LastOf(groups) => [group.Taps[^2]],
            _ => group.Taps.TakeLast(1),
        };

    private static int LastOf(PermutationGroups groups) => groups.Groups.SelectMany(group => group.Taps).Max(tap => tap.Node);

    /// <summary>
    /// Images of one pass: as the options say on the CPU; elsewhere more, as many as keep a device busy and as its memory can be asked to
    /// hold A's activations of.
    /// </summary>
    internal static int ImagesAtOnce(Network network, IEnumerable<int> taps, MatchingOptions options, Device device)
    {
        if (device.type == DeviceType.CPU)
            return options.BatchSize;
        long image = taps.Sum(node => (long)network.Shapes[node].Channels * network.Shapes[node].Positions * sizeof(float));
        return (int)Math.Max(options.BatchSize, Math.Min(MostImages, MostBytes / image));
    }

    /// <summary>Batches as the options ask for them.</summary>
    private static IEnumerable<Batch> Batches(BatchSource images, MatchingOptions options, int batchSize)
    {
        if (options.Shuffled is null)
            return images.InOrder(batchSize);
        if (images.Augmentation != options.Shuffled)
            throw new ArgumentException($"images augmented by {images.Augmentation} were given, to be matched on by {options.Shuffled}");
        return images.Epoch(new RandomStream(options.Seed, "match.images"), batchSize);
    }

    private static int Collect(
        WeightSet a,
        WeightSet b,
        BatchSource images,
        MatchingOptions options,
        IEnumerable<(Tap Tap, CrossMoments Moments)> moments,
        IProgress<double>? progress,
        CancellationToken cancel
    )
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var byNode = moments.ToLookup(entry => entry.Tap.Node);
        var pass = new ForwardPass(a.Network, byNode.Select(node => node.Key));
        using NodeArrays arraysA = NodeArrays.Of(a, images.Device, images.Type),
            arraysB = NodeArrays.Of(b, images.Device, images.Type);
        int wanted = Math.Min(options.Images, images.Count),
            seen = 0,
            batches = 0;
        int size = ImagesAtOnce(a.Network, byNode.Select(node => node.Key), options, images.Device);
        foreach (Batch batch in Batches(images, options, Math.Min(size, wanted)))
        {
            using var inner = NewDisposeScope();
            using (batch)
            {
                cancel.ThrowIfCancellationRequested();
                Tensor x = batch.Images.narrow(0, 0, Math.Min(batch.Images.shape[0], wanted - seen));
                var fromA = new Dictionary<int, Tensor>();
                pass.Run(arraysA, x, training: false, (node, output) => fromA[node] = output);
                pass.Run(
                    arraysB,
                    x,
                    training: false,
                    (node, output) =>
                    {
                        foreach ((Tap tap, CrossMoments sums) in byNode[node])
                        {
                            using Tensor ofA = fromA[node].narrow(1, tap.Offset, sums.Units),
                                ofB = output.narrow(1, tap.Offset, sums.Units);
                            sums.Add(ofA, ofB);
                        }
                        fromA[node].Dispose();
                    }
                );
                seen += (int)x.shape[0];
            }
            if (++batches % BatchesBetweenTrims == 0)
                NativeMemory.Trim();
            progress?.Report((double)seen / wanted);
            if (seen >= wanted)
                break;
        }
        return seen;
    }
}
