using System.Diagnostics;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Benchmarks;

/// <summary>Times one training step (batch, forward, backward, optimizer) of ResNet20 on random images.</summary>
internal static class StepBenchmark
{
    public static object Run(int width, Precision precision, int steps, int warmup)
    {
        Network network = ResNet20.Build(Shape.Maps(3, 32, 32), 10, width);
        var random = new RandomStream(0, "bench");
        byte[] pixels = new byte[1024 * 3072],
            labels = new byte[1024];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)random.NextInt(256);
        for (int i = 0; i < labels.Length; i++)
            labels[i] = (byte)random.NextInt(10);
        var set = new ImageSet("random", [.. Enumerable.Range(0, 10).Select(i => $"{i}")], 3, 32, 32, pixels, labels);
        using var source = new BatchSource(set, Normalization.Cifar10, Augmentation.Standard, CPU, precision.ToScalarType());
        using WeightSet weights = Initialization.KaimingNormal(network, random);
        using var step = new TrainingStep(weights, null, new TrainingOptions { Precision = precision }, CPU);
        var times = new List<double>();
        while (times.Count < steps + warmup)
            foreach (Batch batch in source.Epoch(random, 128))
            {
                long start = Stopwatch.GetTimestamp();
                using (batch)
                    step.Run(batch, 0.01, null);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        double[] counted = [.. times.Skip(warmup).Take(steps).Order()];
        return new
        {
            variant = $"espalier {precision}",
            width,
            threads = get_num_threads(),
            median_ms = counted[counted.Length / 2],
            min_ms = counted[0],
            steps,
        };
    }
}
