using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Matching;

/// <summary>How π is refined on the loss between two networks.</summary>
public sealed record StraightThroughOptions
{
    /// <summary>Steps, at least 1. Default 200.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Images a step. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>
    /// Length of a step: by how much a typical score changes at first, where a pair of the start begins at 1 and all others at 0. More than
    /// 0. Default 0.1.
    /// </summary>
    public double StepLength { get; init; } = 0.1;

    /// <summary>Images on which permutations are compared, the first ones. Default 1,000.</summary>
    public int EvaluationImages { get; init; } = 1000;

    /// <summary>Of the batches. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public StraightThroughOptions Validated()
    {
        if (Steps is < 1 or > 1_000_000)
            throw new InputException($"Straight-through matching in {Counted.Of(Steps, "step")} is impossible; expected 1 to 1000000.");
        if (BatchSize < 1 || EvaluationImages < 1)
            throw new InputException(
                $"Straight-through matching on batches of {BatchSize} and {Counted.Of(EvaluationImages, "image")} is impossible; "
                    + $"expected at least 1."
            );
        return StepLength is > 0 and < 1e3
            ? this
            : throw new InputException(
                $"Straight-through matching with steps of {StepLength} is impossible; expected more than 0 and less than 1000."
            );
    }
}

/// <summary>
/// Refines π on the loss of the middle of π(A) and B by the straight-through estimator (Ainsworth et al. 2023, section 3.3, with scores
/// of pairs of units as the variables): each group has a matrix S of real scores and π is its best assignment; the loss at ½ (π(A) + B)
/// is differentiated with respect to the permutation matrix P as if its entries were free, and S ← S − η·∂L/∂P.
/// </summary>
/// <remarks>
/// ∂L/∂P at (position j, unit i) is the inner product of the loss's gradient at j's weights with i's weights: what weight matching
/// computes, with B replaced by the gradient. A group's gradients are divided by the largest root mean square they had so far. Whenever π
/// changes, its middle is judged on a fixed set of images; the best of all that were met is the result, so that it is never worse by that
/// than its start. Batch-norm is as in training.
/// </remarks>
/// <param name="options">Steps and images.</param>
public sealed class StraightThroughMatcher(StraightThroughOptions options) : IMatcher
{
    private static readonly WeightMatchingOptions s_trained = new();

    private readonly StraightThroughOptions _options = options.Validated();

    /// <inheritdoc/>
    public object Options => _options;

    /// <inheritdoc/>
    /// <remarks>As if every step changed π, and its middle were judged.</remarks>
    public double Operations(Network network, int images) =>
        _options.Steps
        * (
            network.TrainingOperations() * Math.Min(_options.BatchSize, images)
            + MatchingCosts.Sweep(network)
            + network.TestingOperations() * Math.Min(_options.EvaluationImages, images)
        );

    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    public bool NeedsLabels => true;

    /// <inheritdoc/>
    /// <returns>
    /// π, with the scores of weight matching; <see cref="Matching.Match.Objective"/> holds minus the loss of the middle, each time it
    /// fell.
    /// </returns>
    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        BatchSource images = problem.NeededImages();
        images.MustSuit(problem.A.Network);
        using WeightSet a = problem.EffectiveA(),
            b = problem.EffectiveB();
        a.Layout.MustFit(b.Layout, "second network");
        PermutationGroups groups = PermutationGroups.Of(a.Network);
        Permutation current = problem.StartOn(groups),
            best = current;
        using var scope = NewDisposeScope();
        double[][] scores = [.. current.Sources.Select(Pairs)];
        double[] largest = new double[scores.Length];
        using Batch evaluation = images.InOrder(Math.Min(_options.EvaluationImages, images.Count)).First();
        var losses = new List<double> { LossOf(a, b, current, evaluation) };
        if (!double.IsFinite(losses[0]))
            throw new InputException(
                "The loss in the middle between the two networks is not finite; expected networks whose activations are finite."
            );
        using IEnumerator<Batch> batches = Batches(images).GetEnumerator();
        for (int step = 0; step < _options.Steps && batches.MoveNext(); step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            using (Batch batch = batches.Current)
            {
                using var gradient = new WeightSet(a.Layout, Gradient(a, b, current, batch), zeros_like(a.Statistics));
                if (!gradient.IsFinite())
                    break;
                using var slopes = new WeightOverlap(groups, a, gradient, s_trained);
                foreach (PermutationGroup group in groups.Groups)
                    Descend(
                        scores[group.Index],
                        slopes.Scores(group.Index, current.Sources),
                        _options.StepLength,
                        ref largest[group.Index]
                    );
            }
            Permutation next = BlockAssignment.Maximize(groups, scores);
            progress?.Report((step + 1.0) / _options.Steps);
            if (next.SameAs(current))
                continue;
            current = next;
            double loss = LossOf(a, b, current, evaluation);
            if (!(loss < losses[^1]))
                continue;
            losses.Add(loss);
            best = current;
        }
        // The scores of the permutation as it is: no sweep may change it.
        return Scored(a, b, groups, best) with { Objective = [.. losses.Select(loss => -loss)] };
    }

    private IEnumerable<Batch> Batches(BatchSource images)
    {
        int size = Math.Min(_options.BatchSize, images.Count);
        for (int epoch = 0; ; epoch++)
            foreach (Batch batch in images.Epoch(new RandomStream(_options.Seed, "straight-through.data", epoch), size, dropLast: true))
                yield return batch;
    }

    /// <summary>Scores whose best assignment is a given one: 1 for its pairs, 0 for all others.</summary>
    private static double[] Pairs(IReadOnlyList<int> source)
    {
        double[] scores = new double[source.Count * source.Count];
        for (int j = 0; j < source.Count; j++)
            scores[j * source.Count + source[j]] = 1;
        return scores;
    }

    private static void Descend(double[] scores, double[] slope, double length, ref double largest)
    {
        largest = Math.Max(largest, Math.Sqrt(slope.Sum(x => x * x) / slope.Length));
        if (largest == 0)
            return;
        for (int i = 0; i < scores.Length; i++)
            scores[i] -= length * slope[i] / largest;
    }

    /// <summary>Of the loss by π(A), at the middle.</summary>
    private static Tensor Gradient(WeightSet a, WeightSet b, Permutation permutation, Batch batch)
    {
        Tensor middle = Middle(a, b, permutation).to(batch.Images.device).requires_grad_(true);
        Loss(a.Layout, middle, a.Statistics, batch).backward();
        return HostRead.Whole(middle.grad!);
    }

    private static double LossOf(WeightSet a, WeightSet b, Permutation permutation, Batch images)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return HostRead.Item<float>(Loss(a.Layout, Middle(a, b, permutation).to(images.Images.device), a.Statistics, images));
    }

    private static Tensor Middle(WeightSet a, WeightSet b, Permutation permutation)
    {
        using WeightSet moved = permutation.Apply(a);
        return moved.Values.Plus(b.Values).Times(0.5);
    }

    private static Tensor Loss(ParameterLayout layout, Tensor values, Tensor statistics, Batch batch)
    {
        // Training mode: batch-norm's running statistics of a middle say nothing, and are not wanted.
        using NodeArrays arrays = NodeArrays.Of(
            layout,
            values,
            values.to(batch.Images.dtype),
            statistics.to(batch.Images.device, copy: true)
        );
        return Functional.cross_entropy(new ForwardPass(layout.Network).Run(arrays, batch.Images, training: true), batch.Labels);
    }

    private static Match Scored(WeightSet a, WeightSet b, PermutationGroups groups, Permutation permutation)
    {
        using var overlap = new WeightOverlap(groups, a, b, s_trained);
        int[][] sources = [.. permutation.Sources.Select(source => source.ToArray())];
        return new Match(
            permutation,
            [
                .. groups.Groups.Select(group =>
                {
                    (int deadA, int deadB) = overlap.Dead(group.Index);
                    return GroupAssignment.Summarize(
                        group.Name,
                        group.Units,
                        overlap.Scores(group.Index, sources),
                        sources[group.Index],
                        deadA,
                        deadB
                    );
                }),
            ],
            0
        );
    }
}
