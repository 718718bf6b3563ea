using Espalier.Runtime;
using Espalier.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>The largest of some scores, exactly as many as asked for.</summary>
internal static class ExactSelection
{
    /// <summary>True at the largest scores among the candidates, and among equals at those that come first.</summary>
    /// <param name="scores">[n], of any sign.</param>
    /// <param name="candidates">Bool [n].</param>
    /// <param name="count">How many: from 1 to the number of candidates.</param>
    /// <returns>Bool [n], in the caller's dispose scope.</returns>
    /// <exception cref="InputException">A candidate's score is not finite.</exception>
    public static Tensor Largest(Tensor scores, Tensor candidates, long count)
    {
        using var scope = NewDisposeScope();
        (Tensor chosen, Tensor broken) = Ranked(scores, candidates, count);
        RankedScores.MustBeFinite(HostRead.Item<long>(broken));
        return chosen.MoveToOuterDisposeScope();
    }

    /// <summary>The same without a look at anything: nothing is read from the device that the scores are on.</summary>
    /// <returns>Bool [n]; and how many candidates' scores are not finite, int64 []: if any, the choice means nothing.</returns>
    public static (Tensor Chosen, Tensor Broken) Ranked(Tensor scores, Tensor candidates, long count)
    {
        using var scope = NewDisposeScope();
        // Where there is no candidate: smaller than every score.
        using Scalar least = Held.Number(double.NegativeInfinity);
        Tensor others = candidates.logical_not(),
            ranked = scores.masked_fill(others, least),
            broken = isfinite(scores).logical_or_(others).logical_not().sum();
        Tensor threshold = ranked.kthvalue(ranked.shape[0] - count + 1, 0).values;

        // All strictly above the threshold are taken; ties at it are broken by position until the count is exact.
        Tensor above = ranked.gt(threshold),
            tied = ranked.eq(threshold);
        using Scalar wanted = Held.Number(count);
        Tensor places = above.sum().neg().add(wanted, Held.One);
        Tensor chosen = above.logical_or(tied.logical_and(tied.cumsum(0).le(places)));
        return (chosen.MoveToOuterDisposeScope(), broken.MoveToOuterDisposeScope());
    }

    /// <summary>True at each row's largest scores among its candidates, at most as many as its count; among equals at the first.</summary>
    /// <param name="scores">[rows, n], finite, at least 0.</param>
    /// <param name="candidates">Bool [rows, n].</param>
    /// <param name="counts">Int64 [rows, 1].</param>
    public static Tensor LargestOfRows(Tensor scores, Tensor candidates, Tensor counts)
    {
        Tensor order = scores.masked_fill(candidates.logical_not(), Held.MinusOne).sort(1, descending: true, stable: true).Indices,
            ranks = empty_like(order).scatter_(1, order, Held.Range(order.shape[1], ScalarType.Int64).expand_as(order));
        return ranks.lt(counts).logical_and(candidates);
    }
}
