namespace Espalier.Reports.Analysis;

/// <summary>Names that reports look for; what they stand for is in the table of methods (<see cref="RunMethods"/>).</summary>
internal static class MethodNames
{
    public const string Lth = "lth",
        Permuted = "permuted",
        Naive = "naive",
        Imp = "imp",
        OwnMask = "b-imp",
        Dense = "dense",
        DenseA = "dense-a";

    /// <summary>Whether no weight is pruned.</summary>
    public static bool IsDense(string method) => method == Dense || method.StartsWith("dense-", StringComparison.Ordinal);
}
