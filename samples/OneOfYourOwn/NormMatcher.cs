using Espalier.Matching;
using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;

namespace OneOfYourOwn;

/// <summary>A way to find π that looks at next to nothing: units are paired by the lengths of their incoming weights.</summary>
public sealed class NormMatcher : IMatcher
{
    /// <summary>Known by its name: <c>by=norms</c> in a grid's match_variants.</summary>
    public static MatchWay Way { get; } = MatchWays.Register(new("norms", _ => new NormMatcher()) { IsRandom = false });

    /// <summary>Whatever decides of π beside the networks and the images: part of the stage's name.</summary>
    public object Options => new { Compared = "norms" };

    public bool NeedsImages => false;

    public double Operations(Network network, int images) => 4.0 * network.Parameters.Sum(p => (long)p.Count);

    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using WeightSet a = problem.EffectiveA(),
            b = problem.EffectiveB();
        PermutationGroups groups = PermutationGroups.Of(a.Network);
        var sources = new int[groups.Groups.Count][];
        foreach (PermutationGroup group in groups.Groups)
        {
            int[] inA = Order(groups, group, a),
                inB = Order(groups, group, b);
            sources[group.Index] = new int[group.Units];
            for (int rank = 0; rank < group.Units; rank++)
                sources[group.Index][inB[rank]] = inA[rank];
        }
        return new Match(new Permutation(groups, sources), [], Images: 0);
    }

    /// <summary>Units from the shortest incoming weights to the longest, of the first array that has one row a unit.</summary>
    private static int[] Order(PermutationGroups groups, PermutationGroup group, WeightSet weights)
    {
        Parameter? rows = weights.Network.Parameters.FirstOrDefault(p =>
            p.IsWeight && groups.AxesOf(p)[0] is { Segments: [{ Multiplicity: 1 } only] } && only.Group == group.Index
        );
        if (rows is null)
            return [.. Enumerable.Range(0, group.Units)];
        float[] values = weights.Read(rows);
        double[] lengths = [.. values.Chunk(values.Length / group.Units).Select(row => row.Sum(v => (double)v * v))];
        return [.. Enumerable.Range(0, group.Units).OrderBy(unit => lengths[unit])];
    }
}
