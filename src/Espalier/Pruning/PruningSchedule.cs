namespace Espalier.Pruning;

/// <summary>
/// The rounds that a list of target sparsities needs. All targets share one chain; each branches off it only in its last round, which
/// reaches the target exactly. A target that a shared round reaches exactly is that round, not a branch beside it: its network is one,
/// whatever other targets are asked for.
/// </summary>
public static class PruningSchedule
{
    /// <summary>Plans the rounds.</summary>
    /// <param name="prunable">Weights in the prunable arrays, N.</param>
    /// <param name="fraction">Share of the remaining weights that a round removes.</param>
    /// <param name="targets">Sparsities S, each in (0, 1).</param>
    /// <param name="tolerance">A target counts as reached once a shared round is within this of it. 0, the default, reaches it exactly; the
    /// released code stops at 0.005.</param>
    /// <returns>
    /// Shared rounds in order, each followed by the targets that are that round, of as many kept weights, and those that branch off after
    /// it.
    /// </returns>
    /// <exception cref="InputException">A target is impossible, or a round would remove no weight.</exception>
    public static IReadOnlyList<PruningRound> Plan(long prunable, double fraction, IReadOnlyList<double> targets, double tolerance = 0)
    {
        if (tolerance is not (>= 0 and < 1))
            throw new InputException($"A tolerance of {tolerance} is impossible; expected 0 up to less than 1.");
        if (Kept(prunable, fraction) >= prunable)
            throw new InputException(
                $"A round that removes the share {fraction} of {Counted.Of(prunable, "weight")} removes none; expected a larger share."
            );
        foreach (double target in targets)
            if (target is not (> 0 and < 1) || Kept(prunable, target) is var kept && (kept < 1 || kept >= prunable))
                throw new InputException(
                    $"A sparsity of {target} is impossible for {Counted.Of(prunable, "weight")}; expected more than 0 and less than "
                        + $"1, with at least one weight kept and one pruned."
                );
        var rounds = new List<PruningRound>();
        var open = new Queue<double>(targets.Distinct().Order());
        for (int round = 1; open.Count > 0; round++)
        {
            long shared = Kept(prunable, 1 - Math.Pow(1 - fraction, round));
            while (open.Count > 0 && Kept(prunable, open.Peek()) > shared)
                rounds.Add(new PruningRound(round, Kept(prunable, open.Peek()), open.Dequeue()));
            if (open.Count > 0)
                rounds.Add(new PruningRound(round, shared, null));
            while (open.Count > 0 && IsReached(open.Peek(), prunable, shared, tolerance))
                rounds.Add(new PruningRound(round, shared, open.Dequeue()));
        }
        return rounds;
    }

    private static bool IsReached(double target, long prunable, long kept, double tolerance) =>
        Kept(prunable, target) == kept || (tolerance > 0 && 1 - (double)kept / prunable >= target - tolerance);

    /// <summary>Weights kept at a sparsity: (1 − S) N, rounded half away from zero.</summary>
    public static long Kept(long prunable, double sparsity) => (long)Math.Round((1 - sparsity) * prunable, MidpointRounding.AwayFromZero);
}
