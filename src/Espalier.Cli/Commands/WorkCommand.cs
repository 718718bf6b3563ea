using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Stages;
using Espalier.Training;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier work</c>: one machine more at a run.</summary>
internal static class WorkCommand
{
    public static Command Create(Output output)
    {
        Argument<string> run = new("run") { Description = "Folder of the run, as run, reproduce or submit wrote it." };
        Option<string?> store = new("--store") { Description = "The artefact store, if it is not where the run has it." },
            data =
                new("--data")
                {
                    Description = "Folder (or archive) of the official files; default: the environment's ESPALIER_DATA, else ./data.",
                };
        ImagePlaceOptions images = new(output);
        Option<int?> workers =
                new("--workers", "-w") { Description = "Trainings side by side; default: as many as the run was begun with." },
            threads = new("--threads") { Description = "Threads of each; default: as the run was begun with." };
        Option<int?> ranks = RankOption.Create();
        Option<TimeSpan?> saveEvery = Times.SaveEvery();
        Option<bool> quiet = new("--quiet") { Description = "No progress." };
        DeviceOptions devices = new(several: true);
        var command = new Command(
            "work",
            """
            Work at a run until all of it is done, beside all others that do: on this machine, or on any that shares its store. \
            Stages that failed since the run was begun are left alone. The report is written by the run itself, or by: espalier report.

            Example: espalier work runs/table5 --threads 4
            """
        )
        {
            run,
            store,
            data,
            workers,
            threads,
            ranks,
            saveEvery,
            quiet,
        };
        foreach (Option option in (Option[])[.. images.All, .. devices.All])
            command.Options.Add(option);
        command.SetAction(
            (parsed, cancel) =>
            {
                ImagePlace? own = images.Read(parsed);
                var folder = new RunFolder(parsed.GetValue(run)!);
                return LaunchedRun.DoAsync(
                    output,
                    parsed,
                    RankOption.Read(parsed, ranks),
                    () => devices.Find(parsed),
                    WorkAsync,
                    (device, together) => new ImageCache(parsed.GetValue(data), device, own?.For(1)) { Together = together },
                    cancel
                );

                async Task<int> WorkAsync(LaunchedRun? launched, CancellationToken stop)
                {
                    string[] where = launched is null
                        ? [.. devices.Find(parsed).Select(device => device.ToString())]
                        : [launched.Device.ToString()];
                    (Grid grid, RunFolder.Start start) = folder.Read();
                    int side = launched is null ? Number(workers, start.Workers) : Number(workers, 1);
                    if (launched is not null && side > 1)
                        throw new InputException($"{workers.Name} {side} was asked for, and these ranks are one worker; expected 1.");
                    var how = new RunHow(
                        parsed.GetValue(store) ?? Path.Combine(folder.Path, start.Store),
                        parsed.GetValue(data),
                        side,
                        Number(threads, start.Threads),
                        where,
                        KeepFailed: true,
                        parsed.GetValue(quiet)
                    )
                    {
                        Images = own?.For(side),
                        Ranks = launched?.Size ?? RankOption.Read(parsed, ranks) ?? start.Ranks ?? 1,
                        Launched = launched,
                        SaveEvery = parsed.GetValue(saveEvery) ?? MidEpochSaves.Usual,
                    };
                    RunWorkers.MustHaveDevices(how);
                    return await new WorkSession(output, how, folder).RunAsync(grid, start.PlanOf(grid), TimeIsUp.Token, stop);
                }

                int Number(Option<int?> option, int begun) =>
                    ProcessCount.Possible(parsed.GetValue(option), option.Name[2..^1], option.Name) ?? begun;
            }
        );
        return command;
    }
}
