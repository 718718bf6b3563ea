using Espalier.Networks;

namespace Espalier.Symmetry;

/// <summary>How far one array differs between two networks or masks; of a mask, what counts is what it keeps.</summary>
/// <param name="Layer">The array's name.</param>
/// <param name="Count">Its elements.</param>
/// <param name="KeptA">Of them, those that are not zero in A.</param>
/// <param name="KeptB">Those of B.</param>
/// <param name="KeptInBoth">Those in both.</param>
/// <param name="DeadA">Output units of A of whose weights none is left; null of what is no weight array.</param>
/// <param name="DeadB">Those of B.</param>
/// <param name="AgreeingSigns">Of those kept in both, how many have the same sign; null of a mask.</param>
/// <param name="Distance">‖a − b‖, Euclidean; null of a mask.</param>
/// <param name="NormA">‖a‖; null of a mask.</param>
/// <param name="Cosine">⟨a, b⟩ / (‖a‖ ‖b‖); null of a mask, and where a norm is 0.</param>
public sealed record LayerDifference(
    string Layer,
    long Count,
    long KeptA,
    long KeptB,
    long KeptInBoth,
    int? DeadA,
    int? DeadB,
    long? AgreeingSigns = null,
    double? Distance = null,
    double? NormA = null,
    double? Cosine = null
)
{
    /// <summary>Share of A that is kept.</summary>
    public double DensityA => (double)KeptA / Count;

    /// <summary>Share of B that is kept.</summary>
    public double DensityB => (double)KeptB / Count;

    /// <summary>Kept in both of those kept in either, |A ∩ B| / |A ∪ B|; null where nothing is kept.</summary>
    public double? Overlap => Ratio(KeptInBoth, KeptA + KeptB - KeptInBoth);

    /// <summary>What the overlap of two random masks of these densities is expected to be, to first order.</summary>
    public double? OverlapByChance => Ratio(DensityA * DensityB, DensityA + DensityB - DensityA * DensityB);

    /// <summary>Share of the weights kept in both that have the same sign: one half by chance.</summary>
    public double? SignAgreement => AgreeingSigns is { } agreeing ? Ratio(agreeing, KeptInBoth) : null;

    /// <summary>‖a − b‖ / ‖a‖.</summary>
    public double? RelativeDistance => Distance is { } distance ? Ratio(distance, NormA!.Value) : null;

    /// <summary>Of two arrays of weights.</summary>
    internal static LayerDifference Of(Parameter p, float[] a, float[] b)
    {
        long keptA = 0,
            keptB = 0,
            both = 0,
            agreeing = 0;
        double distance = 0,
            normA = 0,
            normB = 0,
            product = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double x = a[i],
                y = b[i];
            keptA += x != 0 ? 1 : 0;
            keptB += y != 0 ? 1 : 0;
            both += x != 0 && y != 0 ? 1 : 0;
            agreeing += x * y > 0 ? 1 : 0;
            distance += (x - y) * (x - y);
            (normA, normB, product) = (normA + x * x, normB + y * y, product + x * y);
        }
        return new LayerDifference(
            p.Name,
            p.Count,
            keptA,
            keptB,
            both,
            p.IsWeight ? Dead(p, i => a[i] != 0) : null,
            p.IsWeight ? Dead(p, i => b[i] != 0) : null,
            agreeing,
            Math.Sqrt(distance),
            Math.Sqrt(normA),
            Ratio(product, Math.Sqrt(normA) * Math.Sqrt(normB))
        );
    }

    /// <summary>Of what two masks keep of an array.</summary>
    internal static LayerDifference Of(Parameter p, bool[] a, bool[] b) =>
        new(
            p.Name,
            p.Count,
            a.LongCount(kept => kept),
            b.LongCount(kept => kept),
            a.Zip(b).LongCount(pair => pair.First && pair.Second),
            Dead(p, i => a[i]),
            Dead(p, i => b[i])
        );

    /// <summary>All layers as one; distances are over all of them together.</summary>
    internal static LayerDifference Sum(IReadOnlyList<LayerDifference> layers)
    {
        bool areWeights = layers.All(layer => layer.Distance is not null);
        double normA = Root(layer => layer.NormA ?? 0);
        return new LayerDifference(
            "all",
            layers.Sum(layer => layer.Count),
            layers.Sum(layer => layer.KeptA),
            layers.Sum(layer => layer.KeptB),
            layers.Sum(layer => layer.KeptInBoth),
            layers.Sum(layer => layer.DeadA ?? 0),
            layers.Sum(layer => layer.DeadB ?? 0),
            areWeights ? layers.Sum(layer => layer.AgreeingSigns) : null,
            areWeights ? Root(layer => layer.Distance ?? 0) : null,
            areWeights ? normA : null
        );

        double Root(Func<LayerDifference, double> value) => Math.Sqrt(layers.Sum(layer => value(layer) * value(layer)));
    }

    private static int Dead(Parameter p, Func<int, bool> kept)
    {
        // In PyTorch's order a unit's weights are in a row, or of a transposed convolution in one row of every input.
        int inRow = p.Shape.Skip(p.UnitAxis + 1).Aggregate(1, (product, size) => product * size);
        var alive = new bool[p.Units];
        for (int i = 0; i < p.Count; i++)
            alive[i / inRow % p.Units] |= kept(i);
        return alive.Count(unit => !unit);
    }

    private static double? Ratio(double part, double whole) => whole == 0 ? null : part / whole;
}
