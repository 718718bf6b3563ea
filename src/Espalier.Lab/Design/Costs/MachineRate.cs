using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Espalier.Runtime;
using Espalier.Training;
using TorchSharp;

namespace Espalier.Lab.Design.Costs;

/// <summary>How many workers compute side by side, and how fast they are.</summary>
/// <param name="Workers">Trainings side by side.</param>
/// <param name="Threads">Threads of each.</param>
/// <param name="Speeds">Operations a second of all workers together, by the name of the network.</param>
public sealed record MachineRate(int Workers, int Threads, IReadOnlyDictionary<string, PerPass> Speeds)
{
    /// <summary>That rates were not measured, and what was taken; null where they were.</summary>
    public string? Estimated { get; init; }

    /// <summary>
    /// Whether each worker has cores of its own, which nobody uses while it waits; workers of one GPU leave it to the others.
    /// </summary>
    public bool HaveCoresEach { get; init; }

    /// <summary>Seconds from the start of a run until its workers can begin; 0 where that was not measured.</summary>
    public double StartSeconds { get; init; }

    private static readonly TimeSpan s_glance = TimeSpan.FromSeconds(0.8);

    /// <summary>
    /// The number of workers and threads that suits the network of a grid with the most work, by a few steps side by side in this process.
    /// </summary>
    /// <param name="grid">Networks, batch size, precision.</param>
    /// <param name="device">Where they are trained. On a GPU, one worker.</param>
    /// <param name="workers">The number of workers; null to choose it.</param>
    /// <param name="threads">The threads of each; null to choose them.</param>
    public static (int Workers, int Threads) Choose(Grid grid, torch.Device device, int? workers = null, int? threads = null)
    {
        (int Workers, int Threads)[] candidates = Candidates(device, workers, threads);
        if (candidates is [var only])
            return only;
        ModelSource heaviest = grid.Sources().MaxBy(model => model.FlopsPerImage)!;
        TrainingOptions training = grid.Options.Dense(heaviest.Network);
        return candidates.MaxBy(at => at.Workers / StepTimer.Measure(heaviest.Network, training, device, at.Threads, at.Workers, s_glance));
    }

    /// <summary>
    /// Seconds that stages would take: laid out on the workers where each has cores of its own, as many operations a second to the end
    /// where they share a device.
    /// </summary>
    /// <param name="stages">They, inputs first.</param>
    public double Seconds(IReadOnlyList<Stage> stages) =>
        HaveCoresEach
            ? SimulatedSchedule.Of(new Cluster(1, 1, this, 1), stages, 1).Seconds
            : stages.Sum(stage => PerPass.OperationsOf(stage).At(OfAllWorkers(stage)));

    /// <summary>Seconds of a stage on one worker, while the others are at work too.</summary>
    internal double OfOneWorker(Stage stage) => Workers * PerPass.OperationsOf(stage).At(OfAllWorkers(stage));

    /// <summary>The speed of one worker.</summary>
    public MachineRate OfOne() =>
        this with
        {
            Workers = 1,
            Speeds = Speeds.ToDictionary(pair => pair.Key, pair => PerPass.Of(pass => pair.Value[pass] / Workers)),
        };

    private PerPass OfAllWorkers(Stage stage) =>
        Speeds.TryGetValue(ModelOf(stage), out PerPass? speed) ? speed : Speeds.Values.MinBy(s => s.Training)!;

    private static string ModelOf(Stage stage) =>
        stage switch
        {
            INetworkStage network => network.Model.Name,
            _ => stage.Inputs.OfType<INetworkStage>().Select(network => network.Model.Name).FirstOrDefault(""),
        };

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
