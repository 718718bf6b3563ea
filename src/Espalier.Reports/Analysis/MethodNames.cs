using Espalier.Lab.Design;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Analysis;

/// <summary>What the methods are, and the order they are shown in.</summary>
internal static class MethodNames
{
    public const string Lth = "lth",
        Permuted = "permuted",
        Naive = "naive",
        Imp = "imp",
        OwnMask = "b-imp",
        Dense = "dense",
        DenseA = "dense-a",
        DenseB = "dense-b";

    private const string Variant = MatchVariant.Prefix;

    private static readonly string[] Controls = ["shuffled-units", "shuffled-layer", "erk-random", "uniform-random"];
    private static readonly string[] Baselines = ["snip", "syn-flow", "set", "rigl", "rigl-uniform", "gmp"];
    private static readonly string[] Order = [Lth, Permuted, "weight-matched", "weight-refined", Variant, Naive, .. Controls, .. Baselines];
    private static readonly string[] Last = [OwnMask, Imp, Dense, DenseA, DenseB];

    private static readonly Dictionary<string, string> Meanings = new()
    {
        [Lth] = "A's weights at epoch k, A's mask m: the lottery ticket",
        [Permuted] = "B's weights at epoch k, A's mask moved by the permutation, π(m): the paper's method",
        ["weight-matched"] =
            "beyond the paper: B's weights at epoch k, m moved by the permutation that aligns A's pruned weights with these; "
            + "B is not trained dense",
        ["weight-refined"] = "the same, begun at the paper's permutation",
        [Naive] = "B's weights at epoch k, A's mask m as it is",
        ["shuffled-units"] = "control: B's weights at epoch k, m under a random permutation of each group of units",
        ["shuffled-layer"] = "control: B's weights at epoch k, m shuffled within each layer, its density kept",
        ["erk-random"] = "control: B's weights at epoch k, a random mask with Erdős–Rényi-kernel densities",
        ["uniform-random"] = "control: B's weights at epoch k, a random mask with one density in all layers",
        ["snip"] = "baseline: B's weights at epoch k, the mask that SNIP finds for them on training images",
        ["syn-flow"] = "baseline: B's weights at epoch k, the mask that SynFlow finds for them without data",
        ["set"] = "baseline: B's weights at epoch k, the mask of erk-random, changed in training by SET: drop the smallest, grow at random",
        ["rigl"] =
            "baseline: B's weights at epoch k, the mask of erk-random, changed in training by RigL: drop the smallest, grow "
            + "where the gradient is largest",
        ["rigl-uniform"] = "baseline: the same from the mask of uniform-random",
        ["gmp"] = "baseline: B's weights at epoch k, pruned gradually by magnitude in training",
        [OwnMask] = "upper bound: B's weights at epoch k, the mask found by pruning B itself",
        [Imp] = "A's own network at the end of iterative magnitude pruning",
        [Dense] = "upper bound: B's weights at epoch k, no mask, by the schedule of sparse training",
        [DenseA] = "A trained to T, no mask",
        [DenseB] = "B trained to T, no mask",
    };

    /// <summary>Whether no weight is pruned.</summary>
    public static bool IsDense(string method) => method == Dense || method.StartsWith("dense-", StringComparison.Ordinal);

    /// <summary>Whether the method is there to be beaten: a mask that knows less than m does.</summary>
    public static bool IsControl(string method) => Controls.Contains(method);

    /// <summary>Whether the method needs no ticket of another network: a mask that B finds for itself.</summary>
    public static bool IsBaseline(string method) => Baselines.Contains(method);

    /// <summary>Whether the method is there to be come close to.</summary>
    public static bool IsUpperBound(string method) => method is Lth or OwnMask or Dense;

    /// <summary>Whether the mask is moved by a permutation that was found.</summary>
    public static bool IsMoved(string method) => method is Permuted or "weight-matched" or "weight-refined" || IsVariant(method);

    /// <summary>Whether the permutation is found in a way that has no name of its own.</summary>
    public static bool IsVariant(string method) => method.StartsWith(Variant, StringComparison.Ordinal);

    /// <summary>As shown in tables and figures.</summary>
    public static string Label(string method) => Methods.LabelOf(method);

    /// <summary>One line on what it is; null for a method of one's own.</summary>
    public static string? Meaning(string method) =>
        IsVariant(method)
            ? $"B's weights at epoch k, m moved by a permutation found {method[Variant.Length..]}; in files '{method}'"
            : Meanings.GetValueOrDefault(method);

    /// <summary>Methods of a run whose label is not their name, with what they are: the key to short names.</summary>
    public static IReadOnlyList<(string Label, string Meaning)> Key(IEnumerable<string> methods) =>
        [.. Sort(methods).Where(IsVariant).Select(method => (Label(method), Meaning(method)!))];

    /// <summary>In the order to show: the paper's, controls, baselines, upper bounds, dense.</summary>
    public static IReadOnlyList<string> Sort(IEnumerable<string> methods) =>
        [.. methods.Distinct().OrderBy(Rank).ThenBy(method => method, StringComparer.Ordinal)];

    private static int Rank(string method)
    {
        // Other ways to find π stand after the named ones.
        int first = Array.IndexOf(Order, IsVariant(method) ? Variant : method),
            last = Array.IndexOf(Last, method);
        return first >= 0 ? first
            : last >= 0 ? Order.Length + 1 + last
            : Order.Length;
    }
}
