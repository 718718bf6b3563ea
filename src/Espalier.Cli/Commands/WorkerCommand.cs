using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Images;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Runtime;
using Espalier.Training;
using TorchSharp;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier worker</c>: what <c>run</c> and <c>reproduce</c> start to do their stages; not for people.</summary>
internal static class WorkerCommand
{
    public static Command Create(Output output)
    {
        Option<string> grid = new("--grid") { Required = true },
            store = new("--store") { Required = true };
        DeviceOptions devices = new();
        Option<string?> data = new("--data"),
            place = new("--images");
        Option<MemoryAmount?> memory = new(OwnImageOptionSet.MemoryName) { CustomParser = MemoryAmount.Parse };
        Option<int> threads = new("--threads") { DefaultValueFactory = _ => 1 };
        Option<TimeSpan?> saveEvery = Times.SaveEvery();
        var command = new Command("worker", "Do stages whose ids come in on standard input.")
        {
            grid,
            store,
            data,
            place,
            memory,
            threads,
            saveEvery,
        };
        foreach (Option option in devices.All)
            command.Options.Add(option);
        command.Hidden = true;
        command.SetAction(
            (parsed, _) =>
                Task.Run(
                    () =>
                    {
                        ComputeThreads.Use(parsed.GetValue(threads));
                        MidEpochSaves.Use(parsed.GetValue(saveEvery) ?? MidEpochSaves.Usual);
                        torch.Device where;
                        try
                        {
                            where = devices.FindOne(parsed);
                        }
                        catch (InputException fault)
                        {
                            output.Error(fault.Message);
                            return ProcessWorker.NoDevice;
                        }
                        if (parsed.GetValue(place) is { } named && !OwnImages.Are(named))
                            throw new InputException($"{place.Name} is '{named}'; expected folder:DIR, imagenet:DIR or arrays:FILE.");
                        ImagePlace? own = parsed.GetValue(place) is { } name
                            ? new ImagePlace(name, new ImageDecoder()) { MostInMemory = parsed.GetValue(memory)?.Bytes, Note = output.Note }
                            : null;
                        using var images = new ImageCache(parsed.GetValue(data), where, own);
                        var executor = new StageExecutor(new ArtefactStore(parsed.GetValue(store)!), images, TimeProvider.System);
                        // It is told ids, and needs the plan to know the stages: they do not travel between processes, the grid does.
                        // Its end is the end of its input; the signal that a terminal sends to everybody is the runner's to handle.
                        WorkerLoop.Run(Planner.Of(GridFile.Read(parsed.GetValue(grid)!)), executor, Console.In, output.Out);
                        return 0;
                    },
                    CancellationToken.None
                )
        );
        return command;
    }
}
