using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Costs;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Training;
using TorchSharp;

namespace Espalier.Cli.Runs;

/// <summary>
/// What <c>run</c>, <c>reproduce</c> and <c>plan</c> have in common: a grid, changed by options, on workers chosen by measurement.
/// </summary>
internal sealed class GridRun(Output output, RunnerOptionSet options, GridOptionSet cells, ParseResult parsed)
{
    private readonly WorkerChoice _workers = new(output, options, parsed);
    private readonly RepeatedCommand _repeats = new(cells, parsed);

    /// <summary>The file that the grid was given as; null for none. That of a run, unchanged, goes on in its folder.</summary>
    public string? GivenAs { get; init; }

    /// <summary>Runs, or continues.</summary>
    /// <param name="given">The grid, the command line's changes not yet in it.</param>
    /// <param name="command">The command line up to its options, such as <c>reproduce table5</c>.</param>
    /// <param name="cancel">Stops; what is done is kept.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(Grid given, string command, CancellationToken cancel) =>
        LaunchedRun.DoAsync(
            output,
            parsed,
            RankOption.Read(parsed, options.Ranks),
            () => options.Devices.Find(parsed),
            (launched, stop) => RunAsync(given, command, launched, stop),
            (device, together) =>
                new ImageCache(parsed.GetValue(options.Data), device, cells.PlaceOf(parsed, given)?.For(1)) { Together = together },
            cancel
        );

    private async Task<int> RunAsync(Grid given, string command, LaunchedRun? launched, CancellationToken cancel)
    {
        IReadOnlyList<torch.Device> devices = launched is null ? options.Devices.Find(parsed) : [launched.Device];
        Grid grid = Applied(given);
        if (ImageNet.Is(grid.DataSet) && grid.Images is null)
            _ = DataSets.Open(grid.DataSet); // it says what is missing, before a machine is measured for days of work
        Plan plan = cells.Plan(parsed, grid); // refuses an impossible grid before anything is measured or written
        RunFolder folder = FolderOf(grid);
        grid = folder.Of(grid, cells.PlaceOf(parsed, given)?.Name);
        Grid whole = grid;
        int ranks = launched?.Size ?? RankOption.Read(parsed, options.Ranks) ?? folder.TryReadStart()?.Ranks ?? 1;
        using MpsDaemon? daemon = ranks > 1 ? null : Packed(devices);
        RunHow how = How(devices, daemon) with { Images = cells.PlaceOf(parsed, given), Ranks = ranks, Launched = launched };
        (int workers, int threads) = _workers.Choose(ref grid, folder, how);
        if (!ReferenceEquals(grid, whole))
            plan = cells.Plan(parsed, grid); // a budget has shortened it
        how = how with { Workers = workers, Threads = threads, Images = how.Images?.For(workers) };
        RunWorkers.MustHaveDevices(how);
        var session = new RunSession(output, how, folder);
        RunResults results = await session.RunAsync(grid, plan, parsed.GetValue(cells.Only), _repeats.After(command), cancel);
        if (parsed.GetValue(options.Json))
            output.Json(results.Cells);
        else
            RunReport.Print(output, results, folder);
        return session.ExitCode;
    }

    /// <summary>The run, for others to do it.</summary>
    /// <param name="given">The grid, the command line's changes not yet in it.</param>
    /// <param name="command">The command line up to its options.</param>
    public Prepared Prepare(Grid given, string command)
    {
        Grid grid = Applied(given);
        Plan plan = cells.Plan(parsed, grid);
        RunFolder folder = FolderOf(grid);
        grid = folder.Of(grid, cells.PlaceOf(parsed, given)?.Name);
        return new(grid, plan, folder, cells.PlaceOf(parsed, given), parsed.GetValue(cells.Only), _repeats.After(command));
    }

    /// <summary>Says what <see cref="RunAsync"/> would do now, and does nothing.</summary>
    /// <param name="given">The grid, the command line's changes not yet in it.</param>
    /// <param name="measure">Whether to measure this machine for an estimate of the time.</param>
    /// <param name="dot">Whether to print the graph of stages for Graphviz.</param>
    /// <param name="nodes">Machines to lay the plan out on; null for none.</param>
    /// <param name="gpusPerNode">Devices of each.</param>
    public void Plan(Grid given, bool measure, bool dot, int? nodes = null, int gpusPerNode = 1)
    {
        if (nodes is < 1 or > 10_000 || gpusPerNode is < 1 or > 1024)
            throw new InputException($"{nodes} nodes of {gpusPerNode} devices are impossible; expected 1 to 10000 of 1 to 1024.");
        _ = RankOption.Read(parsed, options.Ranks);
        CardRates? card = CardRates.Find(parsed.GetValue(options.Devices.Device)!);
        if (card is not null && measure)
            throw new InputException($"{card.Title} is known by its rates; --measure is of a device that is here: expected one of both.");
        IReadOnlyList<torch.Device> devices = card is null ? DevicesHere() : [torch.CPU];
        if (nodes is not null && card is null && !measure)
            throw new InputException(
                $"--nodes needs to know how fast a device is; expected --device {Cards}, "
                    + "or --measure for this machine's workers in the place of devices."
            );
        Grid grid = Applied(given);
        Plan plan = cells.Plan(parsed, grid);
        RunFolder folder = FolderOf(grid);
        grid = folder.Of(grid, cells.PlaceOf(parsed, given)?.Name);
        Grid whole = grid;
        (int? workers, int? threads) = _workers.Asked();
        if (parsed.GetValue(options.Budget) is { } time && card is not null)
            grid = grid.Scaled(Budget.Fit(grid, time, stages => card.For(whole).Seconds(stages)));
        else if (parsed.GetValue(options.Budget) is not null)
            (workers, threads) = _workers.Choose(ref grid, folder, How(devices, null));
        else if (folder.TryReadStart() is { } before)
            (workers, threads) = (workers ?? before.Workers, threads ?? before.Threads);
        if (!ReferenceEquals(grid, whole))
            plan = cells.Plan(parsed, grid);
        RunSession.MustSuit(grid, plan, parsed.GetValue(options.Store)!, parsed.GetValue(options.Data));
        StageStates states = StageStates.Of(plan, parsed.GetValue(options.Store)!, parsed.GetValue(options.KeepFailed));
        if (dot)
        {
            output.Line(PlanPicture.Dot(plan, states.IsDone));
            return;
        }
        MachineRate? rate = measure ? _workers.Measured(grid, How(devices, null), workers, threads) : card?.For(grid);
        Cluster? cluster = nodes is { } count
            ? new Cluster(count, gpusPerNode, card is null ? rate!.OfOne() : rate!, grid.Options.Training.BatchSize)
            : null;
        PlanSummary summary = PlanSummary.Of(plan, states, rate, card, cluster);
        if (parsed.GetValue(options.Json))
            output.Json(summary);
        else
            PlanPicture.Print(output, grid, plan, summary);
        if (cluster is not null && !parsed.GetValue(options.Json))
            ClusterPicture.Print(output, cluster, summary.Schedules!);
    }

    private static string Cards => string.Join('|', CardRates.Known.Select(card => card.Name));

    /// <summary>Those named, of which a plan knows cards that are elsewhere, too.</summary>
    private IReadOnlyList<torch.Device> DevicesHere()
    {
        try
        {
            return options.Devices.Find(parsed);
        }
        catch (InputException fault)
        {
            throw new InputException($"{fault.Message.TrimEnd('.')}; a plan may also be for --device {Cards}.", fault);
        }
    }

    /// <summary>The grid as the command line changes it.</summary>
    private Grid Applied(Grid given)
    {
        string images = parsed.GetValue(cells.DataSet) ?? given.DataSet;
        if (OwnImages.Are(images) && cells.PlaceOf(parsed, given) is { } place)
            Given.Refuse(parsed, options.Data, $"names a folder of official files, and {place.Name} is a place itself");
        else
            DataOptions.MustBeRead(parsed, options.Data, images);
        Grid grid = cells.Apply(parsed, given);
        if (grid.Images is not null)
            GC.Collect(); // images that were only looked at: the memory is the workers' from here on
        return grid;
    }

    private RunFolder FolderOf(Grid grid)
    {
        var folder = new RunFolder(parsed.GetValue(options.Folder) ?? Begun(grid) ?? Path.Combine("runs", NameOf(grid)));
        folder.MustBeOfRuns();
        return folder;
    }

    /// <summary>The folder of the run whose own grid was given.</summary>
    private string? Begun(Grid grid) =>
        GivenAs is { } file
        && Path.GetDirectoryName(Path.GetFullPath(file)) is { } place
        && new RunFolder(place) is var run
        && Path.GetFullPath(file) == run.GridFile
        && run.TryReadStart() is not null
        && !run.IsOfAnother(grid, parsed.GetValue(cells.Only))
            ? Path.GetRelativePath(Environment.CurrentDirectory, place)
            : null;

    /// <summary>How a run would be done; workers and threads are yet to be chosen.</summary>
    private RunHow How(IReadOnlyList<torch.Device> devices, MpsDaemon? daemon) =>
        new(
            parsed.GetValue(options.Store)!,
            parsed.GetValue(options.Data),
            1,
            1,
            [.. devices.Select(device => device.ToString())],
            parsed.GetValue(options.KeepFailed),
            parsed.GetValue(options.Quiet)
        )
        {
            Environment = daemon?.Environment ?? new Dictionary<string, string>(),
            SaveEvery = parsed.GetValue(options.SaveEvery) ?? MidEpochSaves.Usual,
        };

    /// <summary>Workers that share a GPU get a daemon that lets them use it at the same time, where one can be had.</summary>
    private MpsDaemon? Packed(IReadOnlyList<torch.Device> devices)
    {
        bool shared = _workers.Asked().Workers is not { } workers || workers > devices.Count;
        return devices[0].type == DeviceType.CUDA && shared ? MpsDaemon.Start(Path.GetTempPath(), output.Note) : null;
    }

    /// <summary>
    /// The name of the run's folder: that of a grid without a name follows from all that is asked for, and two do not share it.
    /// </summary>
    private string NameOf(Grid grid)
    {
        if (grid.Name != new Grid().Name)
            return grid.Name;
        // Images that changed since the run began are asked for by the same words: its folder is found, and refuses them.
        Grid words = grid.Images is null ? grid : grid with { Images = grid.Images with { Facts = null } };
        string asked = $"{GridFile.Text(words)} {parsed.GetValue(cells.Only)} {parsed.GetValue(options.Budget)}";
        string first = new([.. grid.Models[0].Split(':')[0].Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]);
        return $"{first}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked)))[..8]}";
    }
}
