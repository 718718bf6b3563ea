using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Files;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Runs;

/// <summary>Runs a plan with worker processes, shows how far it is, and writes the report.</summary>
internal sealed class RunSession(Output output, RunHow how, RunFolder folder)
{
    /// <summary>After a run: 0, or 2 if stages failed for the user's reasons, or 1 if any failed for ours.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Runs, or continues.</summary>
    /// <param name="grid">What to run.</param>
    /// <param name="plan">Its plan, or that of some of its cells.</param>
    /// <param name="only">The filter that the plan went through.</param>
    /// <param name="command">The command line that repeats it.</param>
    /// <param name="cancel">Stops; what is done is kept.</param>
    public async Task<RunResults> RunAsync(Grid grid, Plan plan, string? only, string command, CancellationToken cancel)
    {
        folder.MustBeOfRuns();
        var store = new ArtefactStore(how.Store);
        Func<DataSource, string?>? digestOf = LookAtImages(store, grid, plan);
        SameImages.Require(store, plan.Stages, digestOf);
        using FolderLock place = Enter(store);
        foreach (string shortage in Shortages(grid, plan))
            output.Err.WriteLine($"note: {shortage}");
        if (folder.IsOfAnother(grid, only))
            output.Note($"'{folder.Path}' held the run of another grid; its grid and report are kept in '{folder.SetAside().Path}'");
        folder.Write(
            grid,
            new RunFolder.Start(Path.GetRelativePath(folder.Path, store.Folder), only, command, how.Workers, how.Threads)
            {
                Ranks = how.Ranks > 1 ? how.Ranks : null,
            }
        );
        RunOutcome outcome;
        store.Prepare();
        using (var display = new RunDisplay(output, how.Quiet))
        using (var beacon = new WorkerBeacon(store, TimeProvider.System, display))
            outcome = await Runner(store, plan, beacon, digestOf).RunAsync(RunWorkers.Of(how, folder, store, plan), cancel);
        ExitCode = RunWorkers.Tell(output, how, outcome);
        if (!outcome.Cancelled)
            return RunReport.Write(store, grid, plan, folder, command);
        try
        {
            RunReport.Write(store, grid, plan, folder, command);
        }
        catch (InputException)
        {
            // The fuller report of an earlier run stays; that this one was stopped is what there is to say.
        }
        throw new OperationCanceledException(cancel);
    }

    /// <summary>
    /// Takes the right to run in the folder, and refuses to begin anew where the store that holds this run's work is away.
    /// </summary>
    private FolderLock Enter(ArtefactStore store)
    {
        if (
            !store.IsThere
            && folder.StagesReported() is > 0 and var done
            && folder.TryReadStart() is { } before
            && Path.GetFullPath(Path.Combine(folder.Path, before.Store)) == store.Folder
        )
            throw new InputException(
                $"The artefact store '{store.Folder}', in which {done} stages of the run in '{folder.Path}' are finished,"
                    + " is not there: its folder is missing or empty; mount it, or, to begin anew, give another --out or remove that "
                    + "run's folder."
            );
        return FolderLock.Take(folder.Path);
    }

    /// <summary>
    /// Looks at the images once, before many stages fail of them, and tells their digest. Where nothing is left to do they need not be at
    /// hand.
    /// </summary>
    private Func<DataSource, string?>? LookAtImages(ArtefactStore store, Grid grid, Plan plan)
    {
        DataSource source = grid.Source;
        if (source.Own is not null && how.Images is not null)
        {
            MustSuit(grid, source.Facts, grid.Facts.Name); // they were looked at when the grid took their digest
            return null;
        }
        DataSet set;
        try
        {
            set = source.Open(how.Data, how.Images);
        }
        catch (InputException fault) when (how.Data is null && plan.Stages.All(stage => store.Find(stage) is not null))
        {
            output.Err.WriteLine(
                $"note: Everything is done already; whether it was done on the images of today is not known. {fault.Message}"
            );
            return null;
        }
        MustSuit(grid, set);
        var digest = new Lazy<string>(() => set.Digest);
        return asked => asked == source ? digest.Value : null;
    }

    /// <summary>Refuses what a run would refuse: images that the grid, or what is finished of it, does not go with.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="store">Folder of the store; there need be none.</param>
    /// <param name="data">Folder of the images; null if none was named, and none are looked at.</param>
    public static void MustSuit(Grid grid, Plan plan, string store, string? data)
    {
        DataSource source = grid.Source;
        DataSet? set = data is null || source.Own is not null ? null : source.Open(data);
        if (set is not null)
            MustSuit(grid, set);
        else if (source.Own is not null)
            MustSuit(grid, source.Facts, grid.DataSet);
        if (!Directory.Exists(store))
            return;
        var digest = new Lazy<string?>(() => set?.Digest);
        SameImages.Require(new ArtefactStore(store), plan.Stages, asked => asked == source ? digest.Value : null);
    }

    private static void MustSuit(Grid grid, DataSet set) =>
        MustSuit(grid, set.Train.Count, set.Normalization, set.Train.Channels, set.Name);

    private static void MustSuit(Grid grid, DataSetFacts facts, string name)
    {
        if (grid.Options.TrainImages is { } wanted && wanted > facts.TrainImages)
            throw new InputException($"{wanted} training images were asked for of '{name}'; it has {facts.TrainImages} to give.");
        Normalization constants = Normalization.Parse(grid.Options.Normalization ?? grid.Images!.Facts!.Normalization);
        MustSuit(grid, grid.Source.ImagesPerEpoch, constants, facts.ImageShape.Channels, name);
    }

    private static void MustSuit(Grid grid, int trainImages, Normalization constants, int channels, string name)
    {
        if (grid.Options.Training.BatchSize > trainImages)
            throw new InputException(
                $"A batch of {Counted.Of(grid.Options.Training.BatchSize, "image")} is larger than the"
                    + $" {Counted.Of(trainImages, "training image")} of {name}."
            );
        if (constants.Mean.Count != channels)
            throw new InputException(
                $"The normalisation {constants} has {Counted.Of(constants.Mean.Count, "channel")}; the images of {name} have {channels}."
            );
    }

    /// <summary>Networks whose studies look at too few images.</summary>
    private static IEnumerable<string> Shortages(Grid grid, Plan plan) =>
        plan.Studies.Any(study => study is PlannedBarrier or PlannedPlane)
            ? grid.Sources().Select(model => UnitStatistics.Shortage(model.Network, grid.Options.Studies.StatisticsImages)).OfType<string>()
            : [];

    private Runner Runner(ArtefactStore store, Plan plan, WorkerBeacon beacon, Func<DataSource, string?>? digestOf) =>
        new(store, plan, beacon) { RetryFailed = !how.KeepFailed, Inspect = stages => SameImages.Require(store, stages, digestOf) };
}
