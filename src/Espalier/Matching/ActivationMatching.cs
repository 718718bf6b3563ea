using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Matching;

/// <summary>
/// Activation matching (Li et al. 2015; equation 1) of all groups in one pass: both networks see the same images once and the
/// cross-moments of every group accumulate side by side. Reordering earlier layers changes no unit's activation, only its index, so the
/// result is that of matching layer after layer.
/// </summary>
public static class ActivationMatching
{
    /// <summary>Finds π that aligns A with B.</summary>
    /// <param name="a">The network to permute.</param>
    /// <param name="b">The network to align with.</param>
    /// <param name="images">Training images; the first <see cref="MatchingOptions.Images"/> are used, as they are and in their order, or as
    /// <see cref="MatchingOptions.Shuffled"/> says, which must then be their augmentation.</param>
    /// <param name="options">Score, taps, number of images.</param>
    /// <param name="progress">Told the share done, in [0, 1].</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <exception cref="InputException">The networks differ in their graphs.</exception>
    public static Match Run(
        WeightSet a,
        WeightSet b,
        BatchSource images,
        MatchingOptions options,
        IProgress<double>? progress = null,
        CancellationToken cancel = default
    )
    {
        options.Validated();
        a.Layout.MustFit(b.Layout, "second network");
        PermutationGroups groups = PermutationGroups.Of(a.Network);
        (CrossMoments[][] moments, int seen) = Moments(groups, a, b, images, options, progress, cancel);

        var sources = new IReadOnlyList<int>[groups.Groups.Count];
        var summaries = new GroupMatch[groups.Groups.Count];
        try
        {
            Parallel.For(
                0,
                sources.Length,
                new ParallelOptions { MaxDegreeOfParallelism = ComputeThreads.Current },
                g =>
                {
                    (sources[g], summaries[g]) = GroupAssignment.Solve(moments[g], options, groups.Groups[g].Name);
                }
            );
        }
        catch (AggregateException faults) when (faults.Flatten().InnerExceptions[0] is InputException)
        {
            throw new InputException(
                "The activations of the two networks give scores that are not finite; expected networks whose activations are finite.",
                faults
            );
        }
        return new Match(new Permutation(groups, sources), summaries, seen);
    }

    // Often enough for a flat peak, without a measurable change of the time (bench/results.md); see NativeMemory.Trim.
    private const int BatchesBetweenTrims = 8;

    /// <summary>Cross-moments of every chosen tap of every group, over the same images.</summary>
    internal static (CrossMoments[][] Moments, int Images) Moments(
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
                Chosen(groups, group, options.Taps).Select(tap => (Tap: tap, Moments: new CrossMoments(group.Units))).ToArray()
            )
            .ToArray();
        int seen = Collect(a, b, images, options, moments.SelectMany(group => group), progress, cancel);
        return ([.. moments.Select(group => group.Select(entry => entry.Moments).ToArray())], seen);
    }

    /// <summary>Where a group is read.</summary>
    internal static IEnumerable<Tap> Chosen(PermutationGroups groups, PermutationGroup group, TapChoice choice) =>
        choice switch
        {
            TapChoice.Sum => group.Taps,
            TapChoice.FinalStreamOneBlockEarly when group.Taps.Count > 1 && group.Taps[^1].Node == LastOf(groups) => [group.Taps[^2]],
            _ => group.Taps.TakeLast(1),
        };

    private static int LastOf(PermutationGroups groups) => groups.Groups.Max(group => group.Taps[^1].Node);

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
        foreach (Batch batch in Batches(images, options, Math.Min(options.BatchSize, wanted)))
        {
            cancel.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            using (batch)
            {
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
