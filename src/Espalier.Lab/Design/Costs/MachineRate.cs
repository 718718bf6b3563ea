using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Espalier.Runtime;
using Espalier.Training;
using TorchSharp;

namespace Espalier.Lab.Design.Costs;

/// <summary>How many workers suit a machine, and how fast they are.</summary>
/// <param name="Workers">Trainings side by side.</param>
/// <param name="Threads">Threads of each.</param>
/// <param name="FlopsPerSecond">Of all workers together, by the name of the network.</param>
public sealed record MachineRate(int Workers, int Threads, IReadOnlyDictionary<string, double> FlopsPerSecond)
{
    /// <summary>That rates were not measured, and what was taken; null where they were.</summary>
    public string? Estimated { get; init; }

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(0.8);

    /// <summary>
    /// Measures a few steps of every network of a grid. The number of workers is the one that suits the network with the most work.
    /// </summary>
    /// <param name="grid">Networks, batch size, precision.</param>
    /// <param name="device">Where they are trained. On a GPU, one worker.</param>
    /// <param name="workers">The number of workers; null to choose it.</param>
    /// <param name="threads">The threads of each; null to choose them.</param>
    public static MachineRate Measure(Grid grid, torch.Device device, int? workers = null, int? threads = null)
    {
        IReadOnlyList<ModelSource> models = grid.Sources();
        ModelSource heaviest = models.MaxBy(model => model.FlopsPerImage)!;
        (int Workers, int Threads) chosen = Candidates(device, workers, threads) is [var only]
            ? only
            : Candidates(device, workers, threads).MaxBy(candidate => Rate(grid, heaviest, device, candidate));
        return new MachineRate(
            chosen.Workers,
            chosen.Threads,
            models.ToDictionary(model => model.Name, model => Rate(grid, model, device, chosen))
        );
    }

    /// <summary>Seconds that stages would take.</summary>
    public double Seconds(IEnumerable<Stage> stages) => stages.Sum(stage => stage.Flops / OfAllWorkers(stage));

    /// <summary>Images a second of one training in this process.</summary>
    /// <param name="grid">Batch size and precision.</param>
    /// <param name="model">What is trained.</param>
    /// <param name="device">Where.</param>
    /// <param name="threads">Threads of it.</param>
    /// <param name="time">For how long; one step comes before.</param>
    public static double ImagesPerSecond(Grid grid, ModelSource model, torch.Device device, int threads, TimeSpan time)
    {
        var training = grid.Options.Dense(model.Network);
        return training.BatchSize / StepTimer.Measure(model.Network, training, device, threads, 1, time);
    }

    /// <summary>Operations a second of one worker at a stage.</summary>
    internal double OfOneWorker(Stage stage) => OfAllWorkers(stage) / Workers;

    private double OfAllWorkers(Stage stage) => FlopsPerSecond.GetValueOrDefault(ModelOf(stage), FlopsPerSecond.Values.Min());

    private static string ModelOf(Stage stage) =>
        stage switch
        {
            INetworkStage network => network.Model.Name,
            _ => stage.Inputs.OfType<INetworkStage>().Select(network => network.Model.Name).FirstOrDefault(""),
        };

    private static double Rate(Grid grid, ModelSource model, torch.Device device, (int Workers, int Threads) at)
    {
        var training = grid.Options.Dense(model.Network);
        double seconds = StepTimer.Measure(model.Network, training, device, at.Threads, at.Workers, Budget);
        return at.Workers * training.BatchSize * model.FlopsPerImage / (seconds * TestingFactor(grid, training));
    }

    /// <summary>What testing in between makes of a training's time: an image costs a third of a training step's.</summary>
    internal static double TestingFactor(Grid grid, TrainingOptions training)
    {
        DataSource data = grid.Source;
        return training.EvaluateEvery == 0 ? 1 : 1 + (double)data.Facts.TestImages / (3.0 * data.ImagesPerEpoch * training.EvaluateEvery);
    }

    private static (int Workers, int Threads)[] Candidates(torch.Device device, int? workers, int? threads)
    {
        int cores = Environment.ProcessorCount;
        if (workers is { } w && threads is { } t)
            return [(w, t)];
        if (workers is { } side)
            return [(side, Math.Max(1, cores / side))];
        if (threads is { } each)
            return [(Math.Max(1, cores / each), each)];
        if (device.type != DeviceType.CPU)
            return [(1, cores)];
        int free = FreeCores.Count(); // threads of one worker wait for each other; workers do not, and may share cores with other work
        return [.. new[] { 1, 2, 4, cores }.Where(c => c <= free).Distinct().Select(c => (cores / c, c))];
    }
}
