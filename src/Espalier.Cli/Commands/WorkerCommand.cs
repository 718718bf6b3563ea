using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Collectives;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Runtime;
using Espalier.Training;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier worker</c>: what <c>run</c> and <c>reproduce</c> start to do their stages; not for people.</summary>
internal static class WorkerCommand
{
    /// <summary>Exit code of one whose ranks have lost each other; its stage goes on in another.</summary>
    private const int Died = 1;

    public static Command Create(Output output)
    {
        Option<string> grid = new("--grid") { Required = true },
            store = new("--store") { Required = true };
        DeviceOptions devices = new();
        Option<string?> data = new("--data");
        ImagePlaceOptions place = new(output);
        Option<int> threads = new("--threads") { DefaultValueFactory = _ => 1 };
        Option<TimeSpan?> saveEvery = Times.SaveEvery();
        Option<int?> ranks = RankOption.Create();
        var command = new Command("worker", "Do stages whose ids come in on standard input.")
        {
            grid,
            store,
            data,
            threads,
            saveEvery,
            ranks,
        };
        foreach (Option option in (Option[])[.. place.All, .. devices.All])
            command.Options.Add(option);
        command.Hidden = true;
        command.SetAction(
            (parsed, _) =>
                Task.Run(
                    () =>
                    {
                        ComputeThreads.Use(parsed.GetValue(threads));
                        MidEpochSaves.Use(parsed.GetValue(saveEvery) ?? MidEpochSaves.Usual);
                        ImagePlace? own = place.Read(parsed);
                        (RankWorld? entered, int refused) = Enter(parsed);
                        if (entered is null)
                            return refused;
                        using RankWorld world = entered;
                        var together = new RankedStages(world.Ranks);
                        using var images = new ImageCache(parsed.GetValue(data), world.Device, own) { Together = together };
                        Plan plan = Planner.Of(GridFile.Read(parsed.GetValue(grid)!));
                        try
                        {
                            if (world.Rank > 0)
                                return together.Follow(plan, images, CancellationToken.None);
                            var executor = new StageExecutor(new ArtefactStore(parsed.GetValue(store)!), images, TimeProvider.System);
                            // It is told ids, and needs the plan to know the stages: they do not travel between processes, the grid does.
                            // Its end is the end of its input; the signal that a terminal sends to everybody is the runner's to handle.
                            WorkerLoop.Run(plan, executor, Console.In, output.Out);
                            if (together.AreBroken)
                                throw new BrokenRanksException("Rank 0 could not go on.");
                            together.Dismiss(0);
                            return 0;
                        }
                        catch (Exception fault)
                        {
                            world.Tell(fault);
                            if (fault is not BrokenRanksException)
                                throw;
                            output.Error(fault.Message);
                            return Died;
                        }
                    },
                    CancellationToken.None
                )
        );
        return command;

        (RankWorld? World, int Code) Enter(ParseResult parsed)
        {
            int? asked = RankOption.Read(parsed, ranks);
            try
            {
                RankPlace? given = RankPlace.FromVariable();
                return (
                    RankWorld.Enter(output, parsed, asked, given, size => size == 1 ? [devices.FindOne(parsed)] : devices.Find(parsed)),
                    0
                );
            }
            catch (InputException fault)
            {
                output.Error(fault.Message);
                return (null, fault is BrokenRanksException ? Died : ProcessWorker.NoDevice);
            }
        }
    }
}
