using Espalier.Data;

namespace Espalier.Matching;

/// <summary>The paper's way: by activations (equation 1).</summary>
/// <param name="options">Score, taps, number of images.</param>
public sealed class ActivationMatcher(MatchingOptions options) : IMatcher
{
    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    public Augmentation? Shuffled => options.Shuffled;

    /// <inheritdoc/>
    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using var a = problem.EffectiveA();
        using var b = problem.EffectiveB();
        return ActivationMatching.Run(a, b, problem.NeededImages(), options, progress, cancel);
    }
}

/// <summary>By weights, without data.</summary>
/// <param name="options">What counts.</param>
public sealed class WeightMatcher(WeightMatchingOptions options) : IMatcher
{
    /// <inheritdoc/>
    public bool NeedsImages => false;

    /// <inheritdoc/>
    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using var a = problem.EffectiveA();
        using var b = problem.EffectiveB();
        return WeightMatching.Run(a, b, options, problem.Start, cancel);
    }
}

/// <summary>By activations and weights together.</summary>
/// <param name="options">Both parts and their balance.</param>
public sealed class CombinedMatcher(CombinedMatchingOptions options) : IMatcher
{
    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    public Augmentation? Shuffled => options.Activations.Shuffled;

    /// <inheritdoc/>
    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using var a = problem.EffectiveA();
        using var b = problem.EffectiveB();
        return CombinedMatching.Run(a, b, problem.NeededImages(), options, problem.Start, progress, cancel);
    }
}
