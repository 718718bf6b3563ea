using Espalier.Data;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Matching;

/// <summary>
/// The paper's way, activation matching (Li et al. 2015; equation 1), of all groups in one pass. Reordering earlier layers changes no
/// unit's activation, only its index, so the result is that of matching layer after layer.
/// </summary>
/// <param name="options">Score, taps, number of images: the first ones, as they are and in their order, or as
/// <see cref="MatchingOptions.Shuffled"/> says, which must then be their augmentation.</param>
/// <exception cref="InputException">An option is out of range.</exception>
public sealed class ActivationMatcher(MatchingOptions options) : IMatcher
{
    private readonly MatchingOptions _options = options.Validated();

    /// <summary>Whether residual streams are cut (<see cref="PermutationGroups.Untied"/>): π is then no symmetry.</summary>
    public bool Untied { get; init; }

    /// <inheritdoc/>
    public object Options => Untied ? new { Untied, Matching = _options } : _options;

    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    public Augmentation? Shuffled => _options.Shuffled;

    /// <inheritdoc/>
    public double Operations(Network network, int images) => 2 * network.TestingOperations() * Math.Min(_options.Images, images);

    /// <inheritdoc/>
    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using WeightSet a = problem.EffectiveA(),
            b = problem.EffectiveB();
        a.Layout.MustFit(b.Layout, "second network");
        PermutationGroups groups = PermutationGroups.Of(a.Network, Untied);
        (CrossMoments[][] moments, int seen) = ActivationMoments.Of(groups, a, b, problem.NeededImages(), _options, progress, cancel);

        var sources = new IReadOnlyList<int>[groups.Groups.Count];
        var summaries = new GroupMatch[groups.Groups.Count];
        try
        {
            IReadOnlyList<IReadOnlyList<PermutationGroup>> movable = groups.Movable;
            Parallel.For(
                0,
                movable.Count,
                new ParallelOptions { MaxDegreeOfParallelism = ComputeThreads.Current },
                part =>
                {
                    (int[] Source, GroupMatch Summary)[] found = GroupAssignment.Solve(movable[part], moments, _options);
                    foreach ((PermutationGroup group, (int[] Source, GroupMatch Summary) of) in movable[part].Zip(found))
                        (sources[group.Index], summaries[group.Index]) = of;
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
}
