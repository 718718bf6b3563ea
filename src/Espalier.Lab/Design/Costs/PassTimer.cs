using System.Diagnostics;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Stages;
using Espalier.Matching;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;

namespace Espalier.Lab.Design.Costs;

/// <summary>Measures, in this process, how fast passes of one kind over images are: invented ones, whatever they show.</summary>
public static class PassTimer
{
    /// <summary>Operations that one pass is measured by at most, where images are many: a second or less of one core.</summary>
    private const double OfOnePass = 5e10;

    /// <summary>Operations of a step that is measured on a processor: larger batches of so large networks are no faster an image.</summary>
    private const double OfOneStep = 1e12;

    private const int FewestImages = 16,
        MostImages = 10_000;

    /// <summary>Operations a second of this process.</summary>
    /// <param name="pass">What is done.</param>
    /// <param name="grid">Batch size, precision and images to match on.</param>
    /// <param name="model">With what network.</param>
    /// <param name="device">Where.</param>
    /// <param name="threads">Threads of it.</param>
    /// <param name="time">For how long; at least once, after once that is not timed.</param>
    public static double OperationsPerSecond(Pass pass, Grid grid, ModelSource model, torch.Device device, int threads, TimeSpan time)
    {
        TrainingOptions training = grid.Options.Dense(model.Network);
        if (pass == Pass.Training)
            return OfSteps(training, model, device, threads, time);
        using IDisposable held = ComputeThreads.Hold(threads);
        int most = pass == Pass.Matching ? grid.Options.Matching.Images : MostImages,
            images = Math.Min(Math.Min(most, grid.Source.ImagesPerEpoch), ImagesOf(model));
        Precision precision = pass == Pass.Testing ? training.Precision : Precision.Float32;
        using var data = new TrainingData(StepTimer.Invented(model.Network, images), Augmentation.None, precision, device);
        using WeightSet a = Initialization.KaimingNormal(model.Network, new RandomStream(0, "timer.init")),
            b = Initialization.KaimingNormal(model.Network, new RandomStream(1, "timer.init"));
        if (pass != Pass.Matching)
            return images * model.FlopsPerImage / 3 / Seconds(() => Evaluation.Of(a, data.Test), time);
        var matcher = new ActivationMatcher(grid.Options.Matching with { Images = images });
        var problem = new MatchingProblem(a, null, b, data.Matching);
        return matcher.Operations(model.Network, images) / Seconds(() => matcher.Match(problem), time);
    }

    private static double OfSteps(TrainingOptions training, ModelSource model, torch.Device device, int threads, TimeSpan time)
    {
        int batch =
            device.type == DeviceType.CPU
                ? Math.Min(training.BatchSize, Math.Max(FewestImages, (int)(OfOneStep / model.FlopsPerImage)))
                : training.BatchSize;
        double step = StepTimer.Measure(model.Network, training with { BatchSize = batch }, device, threads, 1, time);
        return batch * model.FlopsPerImage / step;
    }

    /// <summary>Images of one pass: whole batches of an evaluation, unless one alone takes too long.</summary>
    private static int ImagesOf(ModelSource model)
    {
        int images = (int)Math.Clamp(3 * OfOnePass / model.FlopsPerImage, FewestImages, MostImages);
        return images < Evaluation.BatchSize ? images : images / Evaluation.BatchSize * Evaluation.BatchSize;
    }

    private static double Seconds(Action pass, TimeSpan time)
    {
        void Once()
        {
            using var scope = torch.NewDisposeScope();
            pass();
        }
        Once();
        long began = Stopwatch.GetTimestamp();
        int done = 0;
        do
        {
            Once();
            done++;
        } while (Stopwatch.GetElapsedTime(began) < time);
        return Stopwatch.GetElapsedTime(began).TotalSeconds / done;
    }
}
