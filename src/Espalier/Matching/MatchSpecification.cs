using Espalier.Symmetry;

namespace Espalier.Matching;

/// <summary>
/// How π is found: everything that decides of it beside the two networks and the images. Written as
/// <c>by=weights start=activations</c>; what is left out is as in the paper, and how activations are compared and the seed are said
/// elsewhere.
/// </summary>
public sealed partial record MatchSpecification
{
    /// <summary>What is compared. Always written. Default: activations.</summary>
    public MatchWay By { get; init; } = MatchWays.Activations;

    /// <summary>Where an ascent begins, of ways that read <c>start</c>.</summary>
    public MatchStart Start { get; init; }

    /// <summary>What counts where a weight of A comes to lie on one of B, of ways that read <c>criterion</c>.</summary>
    public WeightCriterion Criterion { get; init; }

    /// <summary>Whether every array counts the same, of ways that read <c>normalize</c>: a combination always does.</summary>
    public bool Normalize { get; init; }

    /// <summary>Ascents, of which the best counts, of ways that read <c>restarts</c>.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>λ, what weights count against activations, of ways that read <c>lambda</c>.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>
    /// Whether residual streams are cut, of ways that read <c>untied</c>: π then has another permutation at each place where a stream is
    /// written or read, and is no symmetry.
    /// </summary>
    public bool Untied { get; init; }

    /// <summary>How activations are compared, where they are. No part of the text.</summary>
    public MatchingOptions Activations { get; init; } = new();

    /// <summary>Of the order of groups and batches. No part of the text.</summary>
    public long Seed { get; init; }

    /// <summary>Activations as this compares them, and nothing else: where <see cref="MatchStart.Activations"/> begins.</summary>
    public MatchSpecification OfActivations => new() { Activations = Activations, Untied = Untied };

    /// <summary>How weights are compared, where they are, by what all ways share.</summary>
    internal WeightMatchingOptions Weights =>
        new()
        {
            Criterion = Criterion,
            Restarts = Restarts,
            Seed = Seed,
        };

    /// <summary>The matcher, which begins where it is told to.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public IMatcher Matcher() => By.Matcher(this);

    /// <summary>Finds π such that π(A) is aligned with B.</summary>
    /// <param name="problem">The networks; a start that is given is begun at, whatever <see cref="Start"/> says.</param>
    /// <param name="progress">Told the share done, in [0, 1], by matchers that know it.</param>
    /// <param name="cancel">Stops early.</param>
    /// <exception cref="InputException">An option is out of range, networks or masks do not fit together, or images are
    /// missing.</exception>
    public Match Find(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        if (Start == MatchStart.Activations && problem.Start is null)
        {
            Permutation start = OfActivations.Matcher().Match(problem, cancel: cancel).Permutation;
            problem = problem with { Start = start };
        }
        return Matcher().Match(problem, progress, cancel);
    }

    /// <summary>Reads what <see cref="ToString"/> writes, in any order.</summary>
    /// <exception cref="InputException">A key or value is unknown, given twice, or means nothing here.</exception>
    public static MatchSpecification Parse(string text) =>
        MatchText.Read(text, new MatchSpecification(), Keys, "by=weights restarts=4").MustMean(text);

    /// <summary>Such as <c>by=weights start=activations</c>: only what differs from the defaults, in a fixed order.</summary>
    public override string ToString() => MatchText.Write(Said);
}
