using Espalier.Data;
using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Matching;

/// <summary>
/// Matching on several criteria at once: F(π) = Σ over groups and taps of the mean score of the matched units + λ Σ over arrays of
/// ⟨π(A), B⟩ (with normalised arrays each summand is at most 1), ascended as in <see cref="WeightMatcher"/>, from the activations' own
/// optimum where no other start is given.
/// </summary>
/// <param name="options">Both parts and their balance.</param>
/// <exception cref="InputException">An option is out of range.</exception>
public sealed class CombinedMatcher(CombinedMatchingOptions options) : IMatcher
{
    private readonly CombinedMatchingOptions _options = options.Validated();

    /// <inheritdoc/>
    public object Options => _options;

    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    public Augmentation? Shuffled => _options.Activations.Shuffled;

    /// <inheritdoc/>
    public double Operations(Network network, int images) =>
        new ActivationMatcher(_options.Activations).Operations(network, images) + MatchingCosts.Ascent(network, _options.Weights);

    /// <inheritdoc/>
    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using WeightSet a = problem.EffectiveA(),
            b = problem.EffectiveB();
        a.Layout.MustFit(b.Layout, "second network");
        PermutationGroups groups = PermutationGroups.Of(a.Network);
        MatchingOptions activations = _options.Activations;
        (CrossMoments[][] moments, int seen) = ActivationMoments.Of(groups, a, b, problem.NeededImages(), activations, progress, cancel);
        double[][] linear =
        [
            .. groups.Groups.Select(group =>
            {
                double[] scores = GroupAssignment.Scores(moments[group.Index], activations);
                for (int i = 0; i < scores.Length; i++)
                    scores[i] /= group.Units;
                return scores;
            }),
        ];
        Permutation from = problem.Start is not null ? problem.StartOn(groups) : BlockAssignment.Maximize(groups, linear);
        using var overlap = new WeightOverlap(groups, a, b, _options.Weights, problem.MaskA);
        return new CoordinateDescent(groups, overlap, _options.Lambda, linear).Run(from, _options.Weights, seen, cancel);
    }
}
