using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;

namespace Espalier.Matching;

/// <summary>
/// Ascends F(π) = overlap of weights + one linear term a group, group by group (Ainsworth et al. 2023, algorithm 1): each step solves one
/// group exactly while the others rest, and is taken only if F grows.
/// </summary>
/// <param name="groups">Of the network.</param>
/// <param name="overlap">The weights' part of F.</param>
/// <param name="weight">Its factor.</param>
/// <param name="linear">For each group, further scores [units of B, units of A]; null where there are none.</param>
internal sealed class CoordinateDescent(
    PermutationGroups groups,
    WeightOverlap overlap,
    double weight = 1,
    IReadOnlyList<double[]?>? linear = null
)
{
    /// <summary>Gains below this share of the largest possible F are rounding.</summary>
    private const double Rounding = 1e-11;

    private readonly bool[] _linear = [.. groups.Groups.Select(group => overlap.IsLinear(group.Index))];

    private readonly IReadOnlyList<IReadOnlyList<PermutationGroup>> _movable = groups.Movable;

    /// <summary>The best of all restarts, with its group scores and its objective after every step taken.</summary>
    public Match Run(Permutation start, WeightMatchingOptions options, int images, CancellationToken cancel)
    {
        (int[][] Sources, List<double> Trace)? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            (int[][] Sources, List<double> Trace) found = Ascend(start, options, restart, cancel);
            if (best is null || found.Trace[^1] > best.Value.Trace[^1])
                best = found;
        }
        (int[][] sources, List<double> trace) = best!.Value;
        GroupMatch[] summaries =
        [
            .. groups.Groups.Select(group =>
            {
                (int deadA, int deadB) = overlap.Dead(group.Index);
                return GroupAssignment.Summarize(group.Name, group.Units, Scores(group.Index, sources), sources[group.Index], deadA, deadB);
            }),
        ];
        return new Match(new Permutation(groups, sources), summaries, images) { Objective = trace };
    }

    private (int[][] Sources, List<double> Trace) Ascend(
        Permutation start,
        WeightMatchingOptions options,
        int restart,
        CancellationToken cancel
    )
    {
        int[][] sources = [.. start.Sources.Select(source => source.ToArray())];
        var trace = new List<double> { Objective(sources) };
        double least = Rounding * Bound();
        for (int sweep = 0; sweep < options.MaxSweeps; sweep++)
        {
            int steps = trace.Count;
            foreach (int part in new RandomStream(options.Seed, $"weight-matching.{restart}", sweep).NextOrder(_movable.Count))
            {
                cancel.ThrowIfCancellationRequested();
                if (_movable[part] is [{ Family: < 0 } alone])
                    Improve(alone.Index, sources, trace, least);
                else
                    Improve(_movable[part], sources, trace, least);
            }
            if (trace.Count == steps)
                break;
        }
        return (sources, trace);
    }

    private void Improve(int group, int[][] sources, List<double> trace, double least)
    {
        double[] scores = Scores(group, sources);
        int[] before = sources[group],
            found = LinearAssignment.Maximize(scores, before.Length);
        double gain = LinearAssignment.Objective(scores, found) - LinearAssignment.Objective(scores, before);
        if (gain <= least)
            return;
        sources[group] = found;
        double now = Objective(sources);
        if (now > trace[^1])
        {
            trace.Add(now);
            return;
        }
        // Where an array has the group along both dimensions F is quadratic in it, and the best of its linear part may be no ascent.
        if (_linear[group])
            throw new InvalidOperationException(
                $"a step that gains {gain:g3} in group {group} took the objective from {trace[^1]:g17} to {now:g17}"
            );
        sources[group] = before;
    }

    /// <summary>
    /// Of groups whose blocks move alike: all of them anew, then each within its blocks as they are. F couples them, so that a step is
    /// taken only if F grows.
    /// </summary>
    private void Improve(IReadOnlyList<PermutationGroup> family, int[][] sources, List<double> trace, double least)
    {
        int[][] found = BlockAssignment.Maximize(family, [.. family.Select(group => Scores(group.Index, sources))]);
        Try([.. family.Zip(found, (group, source) => (group.Index, source))], sources, trace, least);
        foreach (PermutationGroup group in family)
        {
            int[] within = BlockAssignment.Within(group, Scores(group.Index, sources), sources[group.Index]);
            Try([(group.Index, within)], sources, trace, least);
        }
    }

    private void Try(IReadOnlyList<(int Group, int[] Source)> step, int[][] sources, List<double> trace, double least)
    {
        int[][] before = [.. step.Select(part => sources[part.Group])];
        foreach ((int group, int[] source) in step)
            sources[group] = source;
        double now = Objective(sources);
        if (now > trace[^1] + least)
        {
            trace.Add(now);
            return;
        }
        foreach (((int group, _), int[] old) in step.Zip(before))
            sources[group] = old;
    }

    private double[] Scores(int group, int[][] sources)
    {
        double[] scores = overlap.Scores(group, sources);
        double[]? extra = linear?[group];
        for (int i = 0; i < scores.Length; i++)
            scores[i] = weight * scores[i] + (extra?[i] ?? 0);
        return scores;
    }

    private double Objective(int[][] sources)
    {
        double sum = weight * overlap.Objective(sources);
        for (int g = 0; g < sources.Length; g++)
            if (linear?[g] is { } extra)
                sum += LinearAssignment.Objective(extra, sources[g]);
        return sum;
    }

    private double Bound()
    {
        double sum = weight * overlap.Bound;
        foreach (PermutationGroup group in groups.Groups)
            if (linear?[group.Index] is { } extra)
                sum += group.Units * extra.Max(Math.Abs);
        return sum;
    }
}
