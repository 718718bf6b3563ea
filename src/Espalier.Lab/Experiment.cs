using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using TorchSharp;

namespace Espalier.Lab;

/// <summary>
/// The front door: a grid and the store that its stages are in. It is planned once, run, continued where it was stopped, and read, with
/// workers in this process; the command line does the same with processes of their own.
/// </summary>
public sealed class Experiment
{
    private readonly ArtefactStore _store;
    private readonly string? _data;
    private readonly torch.Device _device;
    private readonly ImagePlace? _images;

    /// <summary>Plans a grid. Nothing is computed, nothing is written.</summary>
    /// <param name="grid">What to run.</param>
    /// <param name="store">Folder of the artefacts; made by the first run. Experiments that share it share their stages.</param>
    /// <param name="data">Folder of the data sets; null for the usual place.</param>
    /// <param name="device">Where stages compute; null for the CPU.</param>
    /// <param name="besides">Stages of one's own, which read those of the grid's plan; null for none.</param>
    /// <param name="images">Where a user's own images lie: they are looked at now; null for a grid of images known by their name, or of
    /// images that need not be at hand.</param>
    /// <exception cref="InputException">The grid is impossible.</exception>
    public Experiment(
        Grid grid,
        string store,
        string? data = null,
        torch.Device? device = null,
        Func<Plan, IEnumerable<Stage>>? besides = null,
        ImagePlace? images = null
    )
    {
        if (images is not null)
            grid = grid.Looking(images);
        _images = images;
        Plan plan = Planner.Of(grid);
        (Grid, Plan) = (grid, besides is null ? plan : plan.With(besides(plan)));
        (_store, _data, _device) = (new ArtefactStore(store), data, device ?? torch.CPU);
    }

    /// <summary>Plans the grid of a JSON file, as <c>espalier run FILE</c> does.</summary>
    /// <exception cref="InputException">The file is missing, no grid, or the grid is impossible.</exception>
    public static Experiment Open(string file, string store, string? data = null, torch.Device? device = null) =>
        new(GridFile.Read(file), store, data, device);

    /// <summary>What is asked for.</summary>
    public Grid Grid { get; }

    /// <summary>The stages it needs, each once.</summary>
    public Plan Plan { get; }

    /// <summary>Stages that are finished by now, by whatever run.</summary>
    public int Done => Plan.Stages.Count(stage => _store.Find(stage) is not null);

    /// <summary>Does what is not finished yet. Stopped, it keeps what is done, and the next call goes on in the same bits.</summary>
    /// <param name="workers">Stages side by side, at least 1; each computes with the threads of
    /// <see cref="Runtime.ComputeThreads"/>.</param>
    /// <param name="progress">Told as it goes on.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>What it did; a stage that failed is in <see cref="RunOutcome.Failures"/>, the others are done all the same.</returns>
    /// <exception cref="InputException">The store cannot be used, or holds stages made of other images.</exception>
    public async Task<RunOutcome> RunAsync(int workers = 1, IProgress<RunProgress>? progress = null, CancellationToken cancel = default)
    {
        if (workers < 1)
            throw new InputException($"An experiment with {workers} workers is impossible; expected at least 1.");
        using var images = new ImageCache(_data, _device, _images);
        var executor = new StageExecutor(_store, images, TimeProvider.System);
        var runner = new Runner(_store, Plan, progress) { Inspect = stages => images.MustBeOfTheSame(_store, stages) };
        return await runner.RunAsync([.. Enumerable.Range(0, workers).Select(_ => new InProcessWorker(executor))], cancel);
    }

    /// <summary>What a stage measured; null where it is not finished.</summary>
    public StageResult? ResultOf(Stage stage) => _store.Find(stage) is { } done ? new StageResult(done.Numbers) : null;

    /// <summary>The numbers that there are by now, with their statistics: what <c>Espalier.Reports.Report.Write</c> takes.</summary>
    /// <param name="command">What repeats the run, for the report.</param>
    /// <exception cref="InputException">The store mixes stages of different images.</exception>
    public RunResults Results(string command = "")
    {
        SameImages.Require(_store, Plan.Stages);
        return new ResultCollector(_store, Grid, Plan).Collect(command);
    }
}
