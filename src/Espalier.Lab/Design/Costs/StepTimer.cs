using System.Diagnostics;
using Espalier.Data;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;

namespace Espalier.Lab.Design.Costs;

/// <summary>Measures training steps on invented images: their time does not depend on what the images show.</summary>
internal static class StepTimer
{
    private const int Images = 512;

    /// <summary>Seconds of one step when several trainings run side by side.</summary>
    /// <param name="network">What is trained.</param>
    /// <param name="options">Batch size and precision.</param>
    /// <param name="device">Where.</param>
    /// <param name="threads">Threads of each training.</param>
    /// <param name="side">Trainings side by side.</param>
    /// <param name="budget">Steps are repeated for this long; at least one is timed after one to warm up.</param>
    public static double Measure(Network network, TrainingOptions options, torch.Device device, int threads, int side, TimeSpan budget)
    {
        using IDisposable held = ComputeThreads.Hold(threads);
        using var data = new TrainingData(
            Invented(network, Math.Max(Images, options.BatchSize)),
            options.Augmentation,
            options.Precision,
            device
        );
        _ = data.Train;
        using var barrier = new Barrier(side);
        double[] seconds = new double[side];
        Thread[] trainings =
        [
            .. Enumerable.Range(0, side).Select(i => new Thread(() => seconds[i] = Run(network, options, data, barrier, budget))),
        ];
        foreach (Thread training in trainings)
            training.Start();
        foreach (Thread training in trainings)
            training.Join();
        return seconds.Average();
    }

    private static double Run(Network network, TrainingOptions options, TrainingData data, Barrier barrier, TimeSpan budget)
    {
        using var scope = torch.NewDisposeScope();
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "timer.init"));
        using var step = new TrainingStep(start, null, options, data.Device);
        var totals = new Totals(data.Device);
        using IEnumerator<Batch> batches = Forever(data, options).GetEnumerator();
        void Step()
        {
            batches.MoveNext();
            using (batches.Current)
                step.Run(batches.Current, 1e-6, totals);
        }
        Step();
        barrier.SignalAndWait();
        long began = Stopwatch.GetTimestamp();
        int done = 0;
        do
        {
            Step();
            done++;
        } while (Stopwatch.GetElapsedTime(began) < budget);
        _ = totals.ToEvaluation(); // a device is told of steps before it does them
        return Stopwatch.GetElapsedTime(began).TotalSeconds / done;
    }

    private static IEnumerable<Batch> Forever(TrainingData data, TrainingOptions options)
    {
        for (int epoch = 0; ; epoch++)
            foreach (Batch batch in data.Train.Epoch(new RandomStream(0, "timer.data", epoch), options.BatchSize, dropLast: true))
                yield return batch;
    }

    /// <summary>Images that a network takes, as many to train on as to test on.</summary>
    public static DataSet Invented(Network network, int count)
    {
        Shape shape = network.InputShape;
        var random = new RandomStream(0, "timer.images");
        byte[] pixels = new byte[count * shape.Channels * shape.Positions],
            noise = new byte[Math.Min(pixels.Length, 1 << 16)];
        for (int i = 0; i < noise.Length; i++)
            noise[i] = (byte)random.NextBits();
        for (int i = 0; i < pixels.Length; i += noise.Length)
            noise.AsSpan(0, Math.Min(noise.Length, pixels.Length - i)).CopyTo(pixels.AsSpan(i));
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % network.Classes)];
        string[] classes = [.. Enumerable.Range(0, network.Classes).Select(i => $"{i}")];
        var set = new ImageSet("invented", classes, shape.Channels, shape.Height, shape.Width, pixels, labels);
        float[] half = [.. Enumerable.Repeat(0.5f, shape.Channels)];
        return new DataSet("invented", set, set, new Normalization(half, half));
    }
}
