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

    /// <summary>Length of a step as a share of the norm of A, more than 0. Default 0.02.</summary>
    public double StepLength { get; init; } = 0.02;

    /// <summary>Images on which permutations are compared, the first ones. Default 1,000.</summary>
    public int Judges { get; init; } = 1000;

    /// <summary>Of the batches. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public StraightThroughOptions Validated()
    {
        if (Steps is < 1 or > 1_000_000) throw new InputException($"Straight-through matching in {Steps} steps is impossible; expected at least 1.");
        if (BatchSize < 1 || Judges < 1) throw new InputException($"Straight-through matching on batches of {BatchSize} and {Judges} images is impossible; expected at least 1.");
        return StepLength is > 0 and < 1e3 ? this : throw new InputException($"Straight-through matching with steps of {StepLength} is impossible; expected more than 0.");
    }
}

/// <summary>
/// Refines π on the loss of the middle of π(A) and B (Ainsworth et al. 2023, algorithm 2): a network ŵ, which begins as π₀(A), is projected to the nearest permutation of A by weight matching;
/// the gradient at ½ (π(A) + B) passes the projection as if it were not there and moves ŵ.
/// </summary>
/// <remarks>
/// Whenever π changes, its middle is judged on a fixed set of images; the best of all that were met is the result, so that it is never worse by that than its start. Batch-norm is as in training.
/// </remarks>
/// <param name="options">Steps and images.</param>
public sealed class StraightThroughMatcher(StraightThroughOptions options) : IMatcher
{
    private static readonly WeightMatchingOptions s_projection = new() { MaxSweeps = 3 };

    private readonly StraightThroughOptions _options = options.Validated();

    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    /// <returns>π, with the scores of weight matching; <see cref="Matching.Match.Objective"/> holds minus the loss of the middle, each time it fell.</returns>
    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        BatchSource images = problem.NeededImages();
        using WeightSet a = problem.EffectiveA(), b = problem.EffectiveB();
        a.Layout.MustFit(b.Layout, "second network");
        PermutationGroups groups = PermutationGroups.Of(a.Network);
        Permutation current = WeightMatching.StartOn(groups, problem.Start), best = current;
        using var scope = NewDisposeScope();
        Tensor latent = Moved(a, current);
        double length = _options.StepLength * a.Values.to(ScalarType.Float64).norm().item<double>();
        using Batch judges = images.InOrder(Math.Min(_options.Judges, images.Count)).First();
        var losses = new List<double> { Judge(a, b, current, judges) };
        using IEnumerator<Batch> batches = Batches(images).GetEnumerator();
        for (int step = 0; step < _options.Steps && batches.MoveNext(); step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            using (Batch batch = batches.Current)
            {
                Tensor gradient = Gradient(a, b, current, batch);
                double norm = gradient.to(ScalarType.Float64).norm().item<double>();
                if (!double.IsFinite(norm) || norm == 0) break;
                latent.MinusInPlace(gradient.Times(length / norm));
            }
            using var target = new WeightSet(a.Layout, latent.clone(), a.Statistics.clone());
            Permutation next = WeightMatching.Run(a, target, s_projection, current, cancel).Permutation;
            progress?.Report((step + 1.0) / _options.Steps);
            if (next.SameAs(current)) continue;
            current = next;
            double loss = Judge(a, b, current, judges);
            if (!(loss < losses[^1])) continue;
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
            foreach (Batch batch in images.Epoch(new RandomStream(_options.Seed, "straight-through.data", epoch), size, dropLast: true)) yield return batch;
    }

    private static Tensor Moved(WeightSet a, Permutation permutation)
    {
        using WeightSet moved = permutation.Apply(a);
        return moved.Values.clone();
    }

    /// <summary>Of the loss by π(A), at the middle.</summary>
    private static Tensor Gradient(WeightSet a, WeightSet b, Permutation permutation, Batch batch)
    {
        Tensor middle = Middle(a, b, permutation).to(batch.Images.device).requires_grad_(true);
        Loss(a.Layout, middle, a.Statistics, batch).backward();
        return middle.grad!.cpu();
    }

    private static double Judge(WeightSet a, WeightSet b, Permutation permutation, Batch judges)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return Loss(a.Layout, Middle(a, b, permutation).to(judges.Images.device), a.Statistics, judges).item<float>();
    }

    private static Tensor Middle(WeightSet a, WeightSet b, Permutation permutation)
    {
        using WeightSet moved = permutation.Apply(a);
        return moved.Values.Plus(b.Values).Times(0.5);
    }

    private static Tensor Loss(ParameterLayout layout, Tensor values, Tensor statistics, Batch batch)
    {
        // Training mode: batch-norm's running statistics of a middle say nothing, and are not wanted.
        using NodeArrays arrays = NodeArrays.Of(layout, values, values.to(batch.Images.dtype), statistics.to(batch.Images.device, copy: true));
        return Functional.cross_entropy(new ForwardPass(layout.Network).Run(arrays, batch.Images, training: true), batch.Labels);
    }

    private static Match Scored(WeightSet a, WeightSet b, PermutationGroups groups, Permutation permutation)
    {
        using var overlap = new WeightOverlap(groups, a, b, s_projection);
        int[][] sources = [.. permutation.Sources.Select(source => source.ToArray())];
        return new Match(permutation, [.. groups.Groups.Select(group =>
        {
            (int deadA, int deadB) = overlap.Dead(group.Index);
            return GroupAssignment.Summarize(group.Name, group.Units, overlap.Scores(group.Index, sources), sources[group.Index], deadA, deadB);
        })], 0);
    }
}
