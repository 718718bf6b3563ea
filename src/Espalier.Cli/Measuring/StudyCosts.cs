using System.Diagnostics;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Matching;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;

namespace Espalier.Cli.Measuring;

/// <summary>What comparing networks costs, in passes and evaluations of them on the same images on the same device.</summary>
internal static class StudyCosts
{
    /// <summary>Matching, in forward passes of both networks.</summary>
    /// <param name="model">A network by name.</param>
    /// <param name="images">Images to match on.</param>
    /// <param name="device">Where.</param>
    public static object Matching(string model, int images, torch.Device device)
    {
        using var pair = new MeasuredPair(model, images, device);
        using BatchSource source = pair.Images(device);
        var matcher = new ActivationMatcher(new MatchingOptions { Images = images });
        void Passes()
        {
            Evaluation.Of(pair.A, source);
            Evaluation.Of(pair.B, source);
        }
        void Match() => matcher.Match(new MatchingProblem(pair.A, null, pair.B, source));
        (double passes, double match) = InTurn(Passes, Match);
        return new
        {
            Model = model,
            Images = images,
            PassesSeconds = passes,
            MatchSeconds = match,
            Ratio = match / passes,
        };
    }

    /// <summary>A barrier curve with batch-norm statistics computed anew, in plain evaluations.</summary>
    /// <param name="model">A network by name.</param>
    /// <param name="images">Images to evaluate on.</param>
    /// <param name="points">Points of the curve, at least 2.</param>
    /// <param name="device">Where.</param>
    public static object Barrier(string model, int images, int points, torch.Device device)
    {
        using var pair = new MeasuredPair(model, images, device);
        using BatchSource source = pair.Images(device);
        using var statistics = new StatisticsImages(source, Math.Min(images, StatisticsImages.UsualCount));
        var options = new InterpolationOptions { Points = points, Refinements = 0 };
        int evaluated = points + (points % 2 == 0 ? 1 : 0); // ½ is always added
        void Plain()
        {
            for (int i = 0; i < evaluated; i++)
                Evaluation.Of(pair.A, source);
        }
        void Curve() => new Interpolation(pair.A, pair.B, options, statistics).Run([source]);
        (double plain, double curve) = InTurn(Plain, Curve);
        return new
        {
            Model = model,
            Images = images,
            Points = evaluated,
            PlainSeconds = plain,
            CurveSeconds = curve,
            Ratio = curve / plain,
        };
    }

    /// <summary>The shorter of two times of each, in turn, after one of each that is not counted.</summary>
    private static (double First, double Second) InTurn(Action first, Action second)
    {
        (double First, double Second) best = (double.PositiveInfinity, double.PositiveInfinity);
        for (int round = 0; round < 3; round++)
        {
            (double First, double Second) now = (Seconds(first), Seconds(second));
            if (round > 0)
                best = (Math.Min(best.First, now.First), Math.Min(best.Second, now.Second));
        }
        return best;
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
