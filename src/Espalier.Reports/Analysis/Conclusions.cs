using Espalier.Lab.Findings;

namespace Espalier.Reports.Analysis;

/// <summary>What a run says about the paper's claim, for one network: permuted above naive, both above the controls.</summary>
internal sealed class Conclusions
{
    private const int Many = 10;
    private readonly Comparison[] _rows;
    private readonly RunMethods _methods;

    public Conclusions(RunView view, string model)
    {
        _methods = view.Methods;
        _rows = [.. view.Main(model)];
        IReadOnlyList<string> methods = view.Rewound(model);
        string[] controls = [.. methods.Where(_methods.IsControl)];
        string[] rivals =
        [
            .. methods.Where(method =>
                _methods.IsUpperBound(method) || _methods.IsBaseline(method) || (_methods.IsMoved(method) && method != MethodNames.Permuted)
            ),
        ];
        bool Has(string method) => methods.Contains(method);
        Claims =
        [
            .. Has(MethodNames.Permuted) && Has(MethodNames.Naive) ? new[] { Of(MethodNames.Permuted, MethodNames.Naive) } : [],
            .. Has(MethodNames.Naive) ? controls.Select(control => Of(MethodNames.Naive, control)) : [],
            .. Has(MethodNames.Permuted) ? controls.Select(control => Of(MethodNames.Permuted, control)) : [],
        ];
        Rivals = Has(MethodNames.Permuted) ? [.. rivals.Select(rival => Of(rival, MethodNames.Permuted))] : [];
    }

    /// <summary>Differences that the paper's claim wants above zero.</summary>
    public IReadOnlyList<Verdict> Claims { get; }

    /// <summary>
    /// What the paper's method is held against, minus permuted: other ways to move the mask, baselines that need no ticket, upper bounds.
    /// </summary>
    public IReadOnlyList<Verdict> Rivals { get; }

    /// <summary>permuted > naive > controls, in a few words.</summary>
    public string Headline
    {
        get
        {
            if (Claims.Count == 0)
                return Rivals.Count > 0
                    ? "Neither naive nor a control was trained: the paper's claim is not tested here."
                    : "No two methods to compare yet.";
            if (Claims.All(claim => claim.Standing == DifferenceStanding.Missing))
                return "No seed has been run with two methods yet.";
            if (Claims.All(claim => claim.Standing is DifferenceStanding.Missing or DifferenceStanding.OneSeed))
                return "One seed: the order of the methods cannot be told from chance.";
            string[] parts =
            [
                .. Claims
                    .GroupBy(claim => (claim.First, claim.Standing))
                    .Select(claims =>
                        $"{_methods.Label(claims.Key.First)} {Relation(claims.Key.Standing)} "
                        + $"{List(claims.Select(claim => _methods.Label(claim.Second)))}"
                    ),
            ];
            string all = Claims.All(claim => claim.Standing == DifferenceStanding.Above)
                ? Claims.Count > 1
                    ? "The whole order holds: "
                    : "The order holds: "
                : "";
            string text = all + string.Join("; ", parts) + ".";
            return char.ToUpperInvariant(text[0]) + text[1..];
        }
    }

    /// <summary>
    /// Permuted against naive cell by cell, the share of the gap closed, and how much chance there is in that many intervals.
    /// </summary>
    public IReadOnlyList<string> Remarks
    {
        get
        {
            var remarks = new List<string>();
            if (Gap(GapClosed.Of(_rows, MethodNames.Permuted)) is { } sentence)
                remarks.Add(sentence);
            IntervalCount cells = Pooled.Count(_rows, MethodNames.Permuted, MethodNames.Naive);
            if (cells.Count > 0)
                remarks.Add(
                    Numbers.Invariant(
                        $"Cell by cell, the interval of permuted − naive lies above 0 in {cells.Above} of {cells.Count}, below 0 in "
                            + $"{cells.Below}, and includes 0 in {cells.Neither}."
                    )
                );
            if (cells.Count >= Many)
                remarks.Add(
                    Numbers.Invariant(
                        $"Were there no difference, about {Math.Round(cells.ByChance)} of {cells.Count} such intervals would exclude 0 by "
                            + $"chance."
                    )
                );
            if (Best is { } best)
                remarks.Add(best);
            return remarks;
        }
    }

    /// <summary>The best way to use another network's ticket, chosen on some seeds and judged on the others.</summary>
    private string? Best
    {
        get
        {
            IEnumerable<string> ways = _rows.SelectMany(row => row.Accuracy.Keys).Distinct().Where(_methods.UsesTicket);
            if (BestOfMany.Of(_rows, ways, MethodNames.Permuted) is not { } best)
                return null;
            string name = _methods.Label(best.Method),
                chosen = Counted.Of(best.ChosenOn.Count, "seed"),
                verdict = new Verdict(best.Method, MethodNames.Permuted, best.Difference, _methods).Sentence;
            string gap = best.Gap.IsKnown ? $" There it closes {Numbers.Percent(best.Gap.Share, 0)} of the gap ({Doubt(best.Gap)})." : "";
            return $"Of {best.Candidates} other ways to use the ticket, {name} is the best on {chosen}. On the other seeds, which took no "
                + $"part in the choice: {verdict}{gap}";
        }
    }

    private static string? Gap(GapClosed gap) =>
        gap.Standing switch
        {
            GapStanding.NoSeed => null,
            GapStanding.NoGap => "LTH is not above naive on average, so there is no gap to close.",
            GapStanding.UncertainGap =>
                "Averaged over all sparsities and rewind epochs, LTH is not distinguishable from naive, so no share of their gap "
                    + "is stated.",
            _ => Numbers.Invariant(
                $"Permuted closes {Numbers.Percent(gap.Share, 0)} of the gap between naive and LTH ({Doubt(gap)}), averaged over "
                    + $"all sparsities and rewind epochs."
            ),
        };

    private static string Doubt(GapClosed gap) =>
        gap.Standing == GapStanding.OneSeed
            ? "one seed: no interval"
            : Numbers.Invariant($"95 % interval {Numbers.Percent(gap.Low, 0)} to {Numbers.Percent(gap.High, 0)}, n = {gap.Count} seeds");

    private Verdict Of(string first, string second) => new(first, second, Pooled.Difference(_rows, first, second), _methods);

    private static string Relation(DifferenceStanding standing) =>
        standing switch
        {
            DifferenceStanding.Above => "is above",
            DifferenceStanding.Below => "is below",
            DifferenceStanding.Missing => "has no seed in common with",
            DifferenceStanding.OneSeed => "has one seed in common with",
            _ => "is not distinguishable from",
        };

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 1 ? all[0] : string.Join(", ", all[..^1]) + " and " + all[^1];
    }
}
