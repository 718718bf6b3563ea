namespace Espalier;

/// <summary>Some of many that are looked at in place of all.</summary>
internal static class Representatives
{
    /// <summary>The first, the largest (the first of them, if several are) and the last, in their order; each once.</summary>
    /// <param name="all">May be empty.</param>
    /// <param name="size">Of one.</param>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> all, Func<T, long> size) =>
        all.Count == 0
            ? []
            :
            [
                .. new[] { 0, Enumerable.Range(0, all.Count).MaxBy(i => size(all[i])), all.Count - 1 }
                    .Distinct()
                    .Order()
                    .Select(i => all[i]),
            ];
}
