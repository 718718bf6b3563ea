using System.CommandLine;
using System.Globalization;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Costs;
using Espalier.Lab.Stages;
using Espalier.Runtime;
using TorchSharp;

namespace Espalier.Cli.Commands;

/// <summary>
/// <c>espalier rate</c>: what a run starts to measure how many workers a device bears, and how fast they are; not for people.
/// </summary>
internal static class RateCommand
{
    /// <summary>The first steps make a device ready: kernels are loaded, memory is taken.</summary>
    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(0.2);

    public static Command Create(Output output)
    {
        Option<string> grid = new("--grid") { Required = true };
        Option<int> threads = new("--threads") { DefaultValueFactory = _ => 1 };
        DeviceOptions devices = new();
        var command = new Command(
            "rate",
            "Say operations per second, for every line of seconds, a kind of pass and a network on standard input."
        )
        {
            grid,
            threads,
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
                        torch.Device device = devices.FindOne(parsed);
                        Answer(output, GridFile.Read(parsed.GetValue(grid)!), device, parsed.GetValue(threads));
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static void Answer(Output output, Grid grid, torch.Device device, int threads)
    {
        IReadOnlyList<ModelSource> models = grid.Sources();
        double Rate(Pass pass, ModelSource model, TimeSpan time) => PassTimer.OperationsPerSecond(pass, grid, model, device, threads, time);
        void Say(string line)
        {
            output.Out.WriteLine(line);
            output.Out.Flush();
        }
        Rate(Pass.Training, models.MaxBy(model => model.FlopsPerImage)!, s_warm);
        Say(RateProcess.Ready);
        while (Console.In.ReadLine() is { } line)
        {
            string[] words = line.Split(' ', 3);
            var time = TimeSpan.FromSeconds(double.Parse(words[0], CultureInfo.InvariantCulture));
            ModelSource asked = models.Single(model => model.Name == words[2]);
            Say(Rate(Enum.Parse<Pass>(words[1]), asked, time).ToString("R", CultureInfo.InvariantCulture));
        }
    }
}
