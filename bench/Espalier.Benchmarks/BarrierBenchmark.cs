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
        byte[] pixels = new byte[images * 3072],
            labels = new byte[images];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)random.NextInt(256);
        for (int i = 0; i < labels.Length; i++)
            labels[i] = (byte)random.NextInt(10);
        var set = new ImageSet("random", [.. Enumerable.Range(0, 10).Select(i => $"{i}")], 3, 32, 32, pixels, labels);
        using var source = new BatchSource(set, Normalization.Cifar10, Augmentation.None, CPU, ScalarType.Float32);
        using WeightSet a = Initialization.KaimingNormal(network, new(0, "A.init")),
            b = Initialization.KaimingNormal(network, new(0, "B.init")),
            c = Initialization.KaimingNormal(network, new(0, "C.init"));
        using var fixedImages = new StatisticsImages(source, statistics);
        Evaluation.Of(a, source);
        var options = new InterpolationOptions { Points = points, Refinements = 0 };
        var plane = new LossPlane(a, b, c, fixedImages);
        Cost plain = Cost.Of(() =>
        {
            for (int i = 0; i < points; i++)
                Evaluation.Of(a, source);
        });
        Cost reset = Curve(options),
            forward = Curve(options with { Correction = Correction.Repair }),
            closed = Curve(options with { Correction = Correction.ClosedForm });
        Cost row = Cost.Of(() => plane.Row(plane.Grid(points, 2), 0, source));
        return new
        {
            network = network.Name,
            images,
            points,
            statistics,
            threads = get_num_threads(),
            plain_seconds = plain.Seconds,
            reset = reset.Over(plain),
            forward_repair = forward.Over(plain),
            closed_form_repair = closed.Over(plain),
            plane_rate = plain.Over(row),
            peak_resident_mib = PeakMemory.ResidentBytes() >> 20,
        };

        Cost Curve(InterpolationOptions chosen) => Cost.Of(() => new Interpolation(a, b, chosen, fixedImages).Run([source]));
    }

    /// <summary>Of one piece of work; processor time hardly depends on what else runs.</summary>
    private readonly record struct Cost(double Seconds, double ProcessorSeconds)
    {
        public static Cost Of(Action work)
        {
            using var process = Process.GetCurrentProcess();
            TimeSpan before = process.TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            work();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            process.Refresh();
            return new(seconds, (process.TotalProcessorTime - before).TotalSeconds);
        }

        public object Over(Cost other) =>
            new { wall = Math.Round(Seconds / other.Seconds, 3), processor = Math.Round(ProcessorSeconds / other.ProcessorSeconds, 3) };
    }
}
