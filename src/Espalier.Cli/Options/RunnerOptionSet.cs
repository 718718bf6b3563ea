using System.CommandLine;

namespace Espalier.Cli.Options;

/// <summary>Options of running a plan.</summary>
internal sealed class RunnerOptionSet
{
    public const string DefaultStore = "runs/store";

    public Option<string> Store { get; } =
        new("--store")
        {
            Description = "Folder of the artefact store; runs that share it share their work.",
            DefaultValueFactory = _ => DefaultStore,
        };

    public Option<string?> Data { get; } =
        new("--data") { Description = "Folder (or archive) of the official files; default: the environment's ESPALIER_DATA, else ./data." };

    public Option<string?> Folder { get; } =
        new("--out", "-o")
        {
            Description = "Folder of the run's report; default: runs/NAME, or runs/NETWORK-NUMBER where the grid has no name.",
        };

    public Option<WorkerCount> Workers { get; } =
        new("--workers", "-w")
        {
            Description = "Trainings side by side, each in a process of its own; auto (the default) measures how many the machine bears.",
            CustomParser = WorkerCount.Parse,
            DefaultValueFactory = _ => WorkerCount.Auto,
        };

    public Option<int?> Ranks { get; } = RankOption.Create();

    public Option<int?> Threads { get; } = new("--threads") { Description = "Threads of each worker; default: measured." };

    public DeviceOptions Devices { get; } = new(several: true);

    public Option<TimeSpan?> Budget { get; } =
        new("--budget")
        {
            Description = "Shorten the schedule to fit a time, such as 30m or 2h: all numbers of epochs are multiplied by one factor.",
            CustomParser = Times.Parse,
        };

    public Option<TimeSpan?> SaveEvery { get; } = Times.SaveEvery();

    public Option<bool> KeepFailed { get; } = new("--keep-failed") { Description = "Do not try stages again that failed before." };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "No progress." };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };

    public void AddTo(Command command)
    {
        foreach (
            Option option in (Option[])
                [Store, Data, Folder, Workers, Ranks, Threads, .. Devices.All, Budget, SaveEvery, KeepFailed, Quiet, Json]
        )
            command.Options.Add(option);
    }

    /// <summary>Those that make sense where others do the run.</summary>
    public void AddToSubmit(Command command)
    {
        foreach (Option option in (Option[])[Store, Data, Folder, Threads, .. Devices.All, SaveEvery, KeepFailed, Json])
            command.Options.Add(option);
    }
}
