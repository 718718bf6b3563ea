using System.CommandLine;
using System.Text;
using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Collectives;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Runtime;
using Espalier.Training;
using TorchSharp;

namespace Espalier.Cli.Runs;

/// <summary>
/// A run whose ranks mpirun or srun started: rank 0 does the run, its stages in its own process one after the other, and the other ranks
/// share the trainings in them.
/// </summary>
internal sealed class LaunchedRun : IDisposable
{
    private readonly CancellationTokenSource _told = new();
    private readonly RankWorld _world;
    private readonly RankedStages _stages;
    private bool _isBegun;

    private LaunchedRun(RankWorld world) => (_world, _stages) = (world, new RankedStages(world.Ranks));

    /// <summary>Where it computes.</summary>
    public torch.Device Device => _world.Device;

    /// <summary>How many ranks there are.</summary>
    public int Size => _world.Size;

    /// <summary>How many of them share the cores of this machine.</summary>
    public int LocalSize => _world.LocalSize;

    /// <summary>Does a run, as whatever rank this process is.</summary>
    /// <param name="output">Rank 0's alone.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="asked"><c>--ranks</c>.</param>
    /// <param name="find">Finds the devices.</param>
    /// <param name="run">As rank 0, or, given null, without any others that a launcher started.</param>
    /// <param name="images">Opens the run's images, as another rank.</param>
    /// <param name="cancel">Stops all of them.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> DoAsync(
        Output output,
        ParseResult parsed,
        int? asked,
        Func<IReadOnlyList<torch.Device>> find,
        Func<LaunchedRun?, CancellationToken, Task<int>> run,
        Func<torch.Device, RankedStages, ImageCache> images,
        CancellationToken cancel
    )
    {
        if (RankWorld.PlaceOf(asked) is not { } place)
            return await run(null, cancel);
        using RankWorld world = RankWorld.Enter(output, parsed, asked, place, _ => find());
        using var launched = new LaunchedRun(world);
        try
        {
            return world.Rank == 0 ? await launched.LeadAsync(run, cancel) : launched.Follow(images, cancel);
        }
        catch (Exception fault)
        {
            world.Tell(fault);
            throw;
        }
    }

    private async Task<int> LeadAsync(Func<LaunchedRun?, CancellationToken, Task<int>> run, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, _told.Token);
        int code = 2;
        try
        {
            return code = await run(this, stop.Token);
        }
        catch (OperationCanceledException)
        {
            code = 130;
            throw;
        }
        finally
        {
            if (!_isBegun)
                Open(new RunOpening(null, code));
            else
                _stages.Dismiss(code);
        }
    }

    /// <summary>Tells the others of the run, and gives the worker that does its stages.</summary>
    public IWorker Begin(RunHow how, string gridFile, ArtefactStore store)
    {
        Open(new RunOpening(File.ReadAllText(gridFile), 0));
        _isBegun = true;
        ComputeThreads.Use(how.Threads);
        MidEpochSaves.Use(how.SaveEvery);
        return new LaunchedWorker(new ImageCache(how.Data, Device, how.Images) { Together = _stages }, store, _told.Cancel);
    }

    private void Open(RunOpening opening)
    {
        _world.Ranks.Barrier();
        _ = _world.Ranks.Share(JsonSerializer.SerializeToUtf8Bytes(opening));
    }

    private int Follow(Func<torch.Device, RankedStages, ImageCache> open, CancellationToken cancel)
    {
        _world.Ranks.Barrier();
        var opening = JsonSerializer.Deserialize<RunOpening>(Encoding.UTF8.GetString(_world.Ranks.Share([])))!;
        if (opening.Grid is null)
            return opening.Code;
        using ImageCache images = open(Device, _stages);
        return _stages.Follow(Planner.Of(GridFile.Parse(opening.Grid, "The grid of rank 0")), images, cancel);
    }

    public void Dispose() => _told.Dispose();
}
