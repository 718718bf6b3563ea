namespace Espalier.Diversity;

/// <summary>
/// How differently networks predict (Fort et al. 2019; Evci et al. 2022; table 1): means over images, and over pairs of networks.
/// </summary>
/// <param name="Disagreement">Share of images that two networks classify differently, in [0, 1].</param>
/// <param name="KullbackLeibler">KL(p ‖ q) = Σ p·log(p/q), nats; of several networks, over both directions of every pair.</param>
/// <param name="JensenShannon">½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q)/2, nats, in [0, log 2].</param>
public sealed record PairDiversity(double Disagreement, double KullbackLeibler, double JensenShannon)
{
    /// <summary>Of one pair; the divergence is from <paramref name="p"/> to <paramref name="q"/>.</summary>
    /// <exception cref="InputException">They are of different images.</exception>
    public static PairDiversity Of(Predictions p, Predictions q)
    {
        p.MustFit(q);
        Predictions middle = Predictions.Ensemble([p, q]);
        int different = Enumerable.Range(0, p.Count).Count(image => p.Class(image) != q.Class(image));
        return new PairDiversity((double)different / p.Count, Divergence(p, q), (Divergence(p, middle) + Divergence(q, middle)) / 2);
    }

    /// <summary>The mean over all ordered pairs.</summary>
    /// <param name="members">At least two.</param>
    /// <exception cref="InputException">Fewer than two, or of different images.</exception>
    public static PairDiversity Mean(IReadOnlyList<Predictions> members)
    {
        if (members.Count < 2)
            throw new InputException($"Diversity of {Counted.Of(members.Count, "network")} is impossible; expected at least 2.");
        PairDiversity[] pairs =
        [
            .. from i in Enumerable.Range(0, members.Count)
            from j in Enumerable.Range(0, members.Count)
            where i != j
            select Of(members[i], members[j]),
        ];
        return new PairDiversity(
            pairs.Average(pair => pair.Disagreement),
            pairs.Average(pair => pair.KullbackLeibler),
            pairs.Average(pair => pair.JensenShannon)
        );
    }

    private static double Divergence(Predictions p, Predictions q)
    {
        double sum = 0;
        for (int image = 0; image < p.Count; image++)
        for (int c = 0; c < p.Classes; c++)
            if (p[image, c] > 0)
                sum += p[image, c] * (p.Log(image, c) - q.Log(image, c));
        return Math.Max(0, sum / p.Count);
    }
}
