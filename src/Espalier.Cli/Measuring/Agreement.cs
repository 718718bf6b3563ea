using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;

namespace Espalier.Cli.Measuring;

/// <summary>Whether a device finds what the CPU finds: evaluations, matches, barriers, and the proof of a permutation.</summary>
internal static class Agreement
{
    /// <summary>Compares both on the same two networks.</summary>
    /// <param name="model">A network by name.</param>
    /// <param name="images">Images to compare on.</param>
    /// <param name="device">The device; on the CPU itself all differences are 0.</param>
    public static object Of(string model, int images, torch.Device device)
    {
        using var pair = new MeasuredPair(model, images, torch.CPU);
        Found host = On(pair, torch.CPU),
            there = On(pair, device);
        int units = host.Match.Permutation.Sources.Sum(source => source.Count),
            same = host
                .Match.Permutation.Sources.Zip(there.Match.Permutation.Sources)
                .Sum(both => both.First.Zip(both.Second).Count(unit => unit.First == unit.Second));
        return new
        {
            Model = model,
            Images = images,
            LossDifference = Relative(host.Plain.Loss, there.Plain.Loss),
            AccuracyDifference = Math.Abs(host.Plain.AccuracyPercent - there.Plain.AccuracyPercent),
            ScoreDifference = Relative(Score(host.Match), Score(there.Match)),
            Units = units,
            SameUnits = same,
            BarrierDifference = host.Curve.Points.Zip(there.Curve.Points).Max(both => Relative(both.First.Loss, both.Second.Loss)),
            RepairDifference = host.Repaired.Points.Zip(there.Repaired.Points).Max(both => Relative(both.First.Loss, both.Second.Loss)),
            CertificateDifference = there.Certificate.MaxRelativeDifference,
            CertificateHolds = there.Certificate.Holds,
        };
    }

    private static Found On(MeasuredPair pair, torch.Device device)
    {
        using BatchSource source = pair.Images(device);
        using var statistics = new StatisticsImages(source, Math.Min(source.Count, StatisticsImages.UsualCount));
        Match match = new ActivationMatcher(new MatchingOptions { Images = source.Count }).Match(
            new MatchingProblem(pair.A, null, pair.B, source)
        );
        using Mask pruned = Pruned(pair.A);
        using WeightSet sparse = pair.A.Masked(pruned);
        using Batch probe = source.InOrder(Math.Min(source.Count, 64)).First();
        return new Found(
            Evaluation.Of(pair.A, source),
            match,
            Curve(Correction.Reset),
            Curve(Correction.Repair),
            Certificate.Of(match.Permutation, sparse, null, probe.Images)
        );

        InterpolationCurve Curve(Correction correction) =>
            new Interpolation(
                pair.A,
                pair.B,
                new InterpolationOptions
                {
                    Points = 3,
                    Refinements = 0,
                    Correction = correction,
                },
                statistics
            ).Run([source])[0];
    }

    /// <summary>Certificates failed of pruned networks first.</summary>
    private static Mask Pruned(WeightSet weights)
    {
        IReadOnlyList<Parameter> prunable = PrunableSet.NoShortcuts.Of(weights.Network);
        using Mask dense = Mask.Dense(weights.Layout, prunable);
        return GlobalMagnitude.Prune(weights, dense, Math.Max(1, dense.PrunableCount / 10));
    }

    private static double Score(Match match) => match.Groups.Sum(group => group.MeanScore * group.Units);

    private static double Relative(double expected, double found) =>
        expected == found ? 0 : Math.Abs(found - expected) / Math.Max(Math.Abs(expected), 1e-12);

    private sealed record Found(
        Evaluation Plain,
        Match Match,
        InterpolationCurve Curve,
        InterpolationCurve Repaired,
        Certificate Certificate
    );
}
