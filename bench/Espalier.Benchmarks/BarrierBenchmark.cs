using System.Diagnostics;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Benchmarks;

/// <summary>What points of a barrier curve and of a loss plane cost against plain evaluations of ResNet20 on random images.</summary>
internal static class BarrierBenchmark
{
    public static object Run(int width, int images, int points, int statistics)
    {
        Network network = ResNet20.Build(Shape.Maps(3, 32, 32), 10, width);
        var random = new RandomStream(0, "bench");
        byte[] pixels = new byte[images * 3072], labels = new byte[images];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)random.NextInt(256);
        for (int i = 0; i < labels.Length; i++) labels[i] = (byte)random.NextInt(10);
        var set = new ImageSet("random", [.. Enumerable.Range(0, 10).Select(i => $"{i}")], 3, 32, 32, pixels, labels);
        using var source = new BatchSource(set, Normalization.Cifar10, Augmentation.None, CPU, ScalarType.Float32);
        using WeightSet a = Initialization.KaimingNormal(network, new(0, "A.init")), b = Initialization.KaimingNormal(network, new(0, "B.init")), c = Initialization.KaimingNormal(network, new(0, "C.init"));
        using var fixedImages = new StatisticsImages(source, statistics);
        Evaluation.Of(a, source);
        double plain = Seconds(() =>
        {
            for (int i = 0; i < points; i++) Evaluation.Of(a, source);
        });
        var options = new InterpolationOptions { Points = points, Refinements = 0 };
        double reset = Seconds(() => new Interpolation(a, b, options, fixedImages).Run([source]));
        double repair = Seconds(() => new Interpolation(a, b, options with { Repair = RepairMode.Full }, fixedImages).Run([source]));
        var plane = new LossPlane(a, b, c, fixedImages);
        double row = Seconds(() => plane.Row(plane.Grid(points, 2), 0, source));
        return new
        {
            network = network.Name,
            images,
            points,
            statistics,
            threads = get_num_threads(),
            plain_seconds = plain,
            reset_ratio = reset / plain,
            repair_ratio = repair / plain,
            plane_rate_ratio = plain / row,
            peak_resident_mib = PeakMemory.ResidentBytes() >> 20,
        };
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
