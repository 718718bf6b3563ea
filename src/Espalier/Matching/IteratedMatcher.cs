using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Networks;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Matching;

/// <summary>How activations are matched again and again.</summary>
public sealed record IteratedMatchingOptions
{
    /// <summary>Of the activations.</summary>
    public MatchingOptions Activations { get; init; } = new();

    /// <summary>Rounds after the first match, at least 1. Default 5.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Images that REPAIR measures units on, at least 2.</summary>
    public int StatisticsImages { get; init; } = Connectivity.StatisticsImages.UsualCount;

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public IteratedMatchingOptions Validated()
    {
        Activations.Validated();
        return Rounds is >= 1 and <= 1000
            ? this
            : throw new InputException($"Iterated matching in {Counted.Of(Rounds, "round")} is impossible; expected 1 to 1000.");
    }
}

/// <summary>
/// Activation matching after REPAIR, iterated: A is matched with B, then with the repaired middle of π(A) and B, and so on until π stays
/// as it is. What counts at the end is the loss of the repaired middle on the images: of all rounds the one where it is least, so that the
/// result is never worse by it than plain activation matching.
/// </summary>
/// <param name="options">Rounds and images.</param>
public sealed class IteratedMatcher(IteratedMatchingOptions options) : IMatcher
{
    private readonly IteratedMatchingOptions _options = options.Validated();

    /// <inheritdoc/>
    public object Options => _options;

    /// <inheritdoc/>
    /// <remarks>Of all rounds, each of which matches, measures three networks for REPAIR and tests the middle.</remarks>
    public double Operations(Network network, int images)
    {
        double match = new ActivationMatcher(_options.Activations).Operations(network, images);
        double middle = network.TestingOperations() * (3.0 * Math.Min(_options.StatisticsImages, images) + images);
        return (_options.Rounds + 1) * (match + middle);
    }

    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    public Augmentation? Shuffled => _options.Activations.Shuffled;

    /// <inheritdoc/>
    /// <returns>
    /// π, with the scores of the round that found it; <see cref="Matching.Match.Objective"/> holds minus the loss of the middle, each time
    /// it fell.
    /// </returns>
    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        BatchSource images = problem.NeededImages();
        using WeightSet a = problem.EffectiveA(),
            b = problem.EffectiveB();
        var matcher = new ActivationMatcher(_options.Activations);
        using var statistics = new StatisticsImages(images, Math.Min(_options.StatisticsImages, images.Count));
        Match current = matcher.Match(new MatchingProblem(a, null, b, images), null, cancel),
            best = current;
        var losses = new List<double>();
        for (int round = 0; ; round++)
        {
            using WeightSet moved = current.Permutation.Apply(a);
            using WeightSet middle = new Interpolation(
                moved,
                b,
                new InterpolationOptions { Correction = Correction.Repair },
                statistics
            ).At(0.5);
            double loss = Evaluation.Of(middle, images, cancel: cancel).Loss;
            if (losses.Count == 0 && !double.IsFinite(loss))
                throw new InputException(
                    "The loss in the middle between the two networks is not finite; expected networks whose activations are finite."
                );
            if (losses.Count == 0 || loss < losses[^1])
            {
                losses.Add(loss);
                best = current;
            }
            progress?.Report((round + 1.0) / (_options.Rounds + 1));
            if (round == _options.Rounds)
                break;
            Match next = matcher.Match(new MatchingProblem(a, null, middle, images), null, cancel);
            if (next.Permutation.SameAs(current.Permutation))
                break;
            current = next;
        }
        return best with { Objective = [.. losses.Select(loss => -loss)] };
    }
}
