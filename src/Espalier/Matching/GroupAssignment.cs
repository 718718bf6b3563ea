using Espalier.Networks;

namespace Espalier.Matching;

/// <summary>Solves equation 1 for one group: which unit of A goes to the place of each unit of B.</summary>
internal static class GroupAssignment
{
    /// <param name="moments">Over all images, one entry a tap.</param>
    /// <param name="options">Score and treatment of dead units.</param>
    /// <param name="group">Its name, for the summary.</param>
    /// <returns>For each position (unit of B) the unit of A that moves there, and a summary.</returns>
    public static (int[] Source, GroupMatch Summary) Solve(IReadOnlyList<CrossMoments> moments, MatchingOptions options, string group)
    {
        int units = moments[0].Units;
        double[] scores = Scores(moments, options);
        (int[] deadA, int[] deadB) = Dead(moments, options);

        int[] source = new int[units];
        Array.Fill(source, -1);
        PairDead(source, deadA, deadB);
        int[] freeB = [.. Enumerable.Range(0, units).Where(j => source[j] < 0)];
        int[] freeA = [.. Enumerable.Range(0, units).Except(source)];
        double[] open = new double[freeB.Length * freeB.Length];
        for (int j = 0; j < freeB.Length; j++)
        for (int i = 0; i < freeA.Length; i++)
            open[j * freeA.Length + i] = scores[freeB[j] * units + freeA[i]];
        int[] assigned = LinearAssignment.Maximize(open, freeB.Length);
        for (int j = 0; j < freeB.Length; j++)
            source[freeB[j]] = freeA[assigned[j]];
        return (source, Summarize(group, units, scores, source, deadA.Length, deadB.Length));
    }

    /// <summary>Solves a group that moves alone, or a family whose blocks move alike.</summary>
    /// <param name="family">Its groups.</param>
    /// <param name="moments">Of all groups of the network.</param>
    /// <param name="options">Score and treatment of dead units; those of blocks are assigned like others.</param>
    public static (int[] Source, GroupMatch Summary)[] Solve(
        IReadOnlyList<PermutationGroup> family,
        CrossMoments[][] moments,
        MatchingOptions options
    )
    {
        if (family[0].Family < 0)
            return [Solve(moments[family[0].Index], options, family[0].Name)];
        double[][] scores = [.. family.Select(group => Scores(moments[group.Index], options))];
        return
        [
            .. family
                .Zip(BlockAssignment.Maximize(family, scores), scores)
                .Select(of =>
                {
                    (PermutationGroup group, int[] source, double[] score) = of;
                    (int[] deadA, int[] deadB) = Dead(moments[group.Index], options);
                    return (source, Summarize(group.Name, group.Units, score, source, deadA.Length, deadB.Length));
                }),
        ];
    }

    /// <summary>The score of every pair [units of B, units of A], summed over the taps.</summary>
    public static double[] Scores(IReadOnlyList<CrossMoments> moments, MatchingOptions options)
    {
        double[] scores = new double[moments[0].Units * moments[0].Units];
        foreach (CrossMoments tap in moments)
            AddScores(scores, tap, options);
        return scores;
    }

    private static void AddScores(double[] scores, CrossMoments m, MatchingOptions options)
    {
        double[] meanA = m.MeanA,
            meanB = m.MeanB,
            deviationA = [.. Enumerable.Range(0, m.Units).Select(i => Math.Sqrt(m.VarianceA(i)))];
        for (int b = 0, at = 0; b < m.Units; b++)
        {
            double deviationB = Math.Sqrt(m.VarianceB(b));
            for (int a = 0; a < m.Units; a++, at++)
            {
                double covariance = m.Covariance(b, a),
                    deviations = deviationA[a] * deviationB;
                scores[at] += options.Score switch
                {
                    MatchingScore.Correlation => deviations == 0 ? 0 : covariance / (deviations + options.Epsilon),
                    MatchingScore.Covariance => covariance,
                    _ => covariance + meanA[a] * meanB[b],
                };
            }
        }
    }

    /// <summary>Units that never vary at any tap.</summary>
    private static (int[] A, int[] B) Dead(IReadOnlyList<CrossMoments> moments, MatchingOptions options)
    {
        int[] units = [.. Enumerable.Range(0, moments[0].Units)];
        return (
            [.. units.Where(unit => moments.All(tap => tap.VarianceA(unit) <= options.DeadVariance))],
            [.. units.Where(unit => moments.All(tap => tap.VarianceB(unit) <= options.DeadVariance))]
        );
    }

    /// <summary>A unit dead in both keeps its place; the others pair in their order.</summary>
    private static void PairDead(int[] source, int[] deadA, int[] deadB)
    {
        int[] both = [.. deadA.Intersect(deadB)];
        foreach (int unit in both)
            source[unit] = unit;
        foreach ((int a, int b) in deadA.Except(both).Zip(deadB.Except(both)))
            source[b] = a;
    }

    /// <summary>Mean score, the identity's, and margin of an assignment.</summary>
    public static GroupMatch Summarize(string group, int units, double[] scores, int[] source, int deadA, int deadB)
    {
        double matched = 0,
            identity = 0,
            margin = 0;
        for (int j = 0; j < units; j++)
        {
            double score = scores[j * units + source[j]],
                other = double.NegativeInfinity;
            for (int i = 0; i < units; i++)
                if (i != source[j])
                    other = Math.Max(other, scores[j * units + i]);
            matched += score;
            identity += scores[j * units + j];
            margin += units == 1 ? 0 : score - other;
        }
        return new GroupMatch(group, units, matched / units, identity / units, margin / units, deadA, deadB)
        {
            Sample = ScoreSample.Of(group, scores, source),
        };
    }
}
