using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Tests.Matching;

/// <summary>What weight matching must agree with, computed from whole permuted networks.</summary>
internal static class WeightMatchingOracle
{
    /// <summary>⟨π(A), B⟩ over all values.</summary>
    public static double Overlap(Permutation permutation, WeightSet a, WeightSet b, bool statistics = false)
    {
        using WeightSet moved = permutation.Apply(a);
        double sum = Dot(moved.Values, b.Values);
        return statistics ? sum + Dot(moved.Statistics, b.Statistics) : sum;
    }

    /// <summary>All orders of 0..n-1.</summary>
    public static IEnumerable<int[]> Orders(int n) =>
        n == 0
            ?
            [
                [],
            ]
            : Orders(n - 1).SelectMany(order => Enumerable.Range(0, n).Select(at => (int[])[.. order[..at], n - 1, .. order[at..]]));

    /// <summary>All permutations that differ by an exchange of two units of one group.</summary>
    public static IEnumerable<Permutation> Swaps(Permutation permutation, int group)
    {
        int units = permutation.Sources[group].Count;
        for (int i = 0; i < units; i++)
        for (int j = 0; j < i; j++)
        {
            int[] swapped = [.. permutation.Sources[group]];
            (swapped[i], swapped[j]) = (swapped[j], swapped[i]);
            yield return new Permutation(permutation.Groups, [.. permutation.Sources.Select((source, g) => g == group ? swapped : source)]);
        }
    }

    public static bool OccursOnceInEveryArray(PermutationGroups groups, int group) =>
        groups.Network.Parameters.All(p =>
            groups.AxesOf(p).Count(axis => axis is not null && axis.Segments.Any(segment => segment.Group == group)) <= 1
        );

    /// <summary>The same weights with normal noise of the given share of each array's deviation.</summary>
    public static WeightSet Noisy(WeightSet weights, double share, RandomStream random)
    {
        float[] values = weights.Values.data<float>().ToArray();
        double scale = share * weights.Values.std().item<float>();
        for (int i = 0; i < values.Length; i++)
            values[i] += (float)(scale * random.NextNormal());
        return new WeightSet(weights.Layout, tensor(values), weights.Statistics.clone());
    }

    /// <summary>Keeps the largest weights of every array.</summary>
    public static Mask KeepLargest(WeightSet weights, double share)
    {
        IReadOnlyList<Parameter> prunable = PrunableSet.AllWeights.Of(weights.Network);
        bool[] pruned = new bool[weights.Layout.Length];
        float[] values = weights.Values.data<float>().ToArray();
        foreach (Parameter p in prunable)
        {
            int start = (int)weights.Layout.Offset(p);
            float[] sizes = [.. values.Skip(start).Take(p.Count).Select(Math.Abs)];
            float threshold = sizes.OrderDescending().ElementAt((int)(share * p.Count));
            for (int i = 0; i < p.Count; i++)
                pruned[start + i] = sizes[i] <= threshold;
        }
        return new Mask(weights.Layout, prunable, tensor(pruned));
    }

    private static double Dot(Tensor x, Tensor y) =>
        x.data<float>().ToArray().Zip(y.data<float>().ToArray(), (a, b) => (double)a * b).Sum();
}
