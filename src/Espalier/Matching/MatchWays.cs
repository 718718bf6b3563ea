namespace Espalier.Matching;

/// <summary>All ways to find π.</summary>
public static class MatchWays
{
    /// <summary>Activations (equation 1).</summary>
    public static MatchWay Activations { get; } =
        new("activations", how => new ActivationMatcher(how.Activations) { Untied = how.Untied })
        {
            Reads = ["untied"],
            ComparesActivations = true,
            IsRandom = false,
        };

    /// <summary>Weights (Ainsworth et al. 2023).</summary>
    public static MatchWay Weights { get; } =
        new(
            "weights",
            how => new WeightMatcher(how.Weights with { NormalizeArrays = how.Normalize })
            {
                Untied = how.Untied,
                FromSorted = how.Start == MatchStart.Sorted,
            }
        )
        {
            Reads = ["start", "criterion", "normalize", "restarts", "untied"],
        };

    /// <summary>Both: activations at all taps of a group, and weights of which every array counts the same.</summary>
    public static MatchWay Combined { get; } =
        new(
            "combined",
            how => new CombinedMatcher(
                new()
                {
                    Activations = how.Activations with { Taps = TapChoice.Sum },
                    Weights = how.Weights with { NormalizeArrays = true },
                    Lambda = how.Lambda,
                }
            )
        )
        {
            Reads = ["criterion", "restarts", "lambda"],
            ComparesActivations = true,
            ReadsAllTaps = true,
        };

    /// <summary>Activations, again and again with the repaired middle of the two networks.</summary>
    public static MatchWay Iterated { get; } =
        new("iterated", how => new IteratedMatcher(new() { Activations = how.Activations }))
        {
            ComparesActivations = true,
            IsRandom = false,
        };

    /// <summary>The loss of the middle of the two networks, by straight-through gradients.</summary>
    public static MatchWay StraightThrough { get; } =
        new("straight-through", how => new StraightThroughMatcher(new() { Seed = how.Seed })) { Reads = ["start"] };

    /// <summary>What of B's weights matters to its loss.</summary>
    public static MatchWay Saliency { get; } =
        new("saliency", how => new SaliencyMatcher(new() { Seed = how.Seed })) { Reads = ["start"], NeedsMask = true };

    private static readonly MatchWay[] s_own = [Activations, Weights, Combined, Iterated, StraightThrough, Saliency];

    private static readonly Registry<MatchWay> s_known = new("way to match", way => way.Name, () => s_own);

    /// <summary>All, those registered last, in the order in which messages name them.</summary>
    public static IReadOnlyList<MatchWay> All => s_known.All;

    /// <summary>Makes a way of one's own known by its name, in texts of this process: <c>by=NAME</c>.</summary>
    /// <returns>The way.</returns>
    /// <exception cref="ArgumentException">The name is another way's.</exception>
    public static MatchWay Register(MatchWay way) => s_known.Register(way);

    /// <summary>The way of a name.</summary>
    /// <exception cref="InputException">There is none; the nearest is suggested.</exception>
    public static MatchWay Of(string name) => s_known.Of(name, "value of by");
}
