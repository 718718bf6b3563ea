using System.CommandLine;
using System.Diagnostics;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using TorchSharp;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier demo</c>: the whole method on the embedded data in about a minute.</summary>
internal static class DemoCommand
{
    /// <summary>A scaled-down schedule: T = 10 instead of 200 epochs, k = 2, 3 instead of 50 epochs a pruning round.</summary>
    internal static Grid Grid { get; } =
        new()
        {
            Name = "demo",
            Sparsities = [0.95, 0.98],
            RewindEpochs = [2],
            Options = NamedRecipes.Paper.With(training: t => t with { Epochs = 10 }, fineTuning: t => t with { Epochs = 3 }),
            Evaluate = EvaluatedNetworks.None,
        };

    public static Command Create(Output output)
    {
        Option<string> folder = new("--out", "-o") { Description = "Folder of the run.", DefaultValueFactory = _ => "runs/demo" };
        Option<int> seeds = new("--seeds") { Description = "How many seeds, from --seed on.", DefaultValueFactory = _ => 3 };
        RunOptions run = new();
        var command = new Command(
            "demo",
            """
            Run the whole method on embedded data: train two networks, prune one, align it with the other, \
            move its mask, train sparse. About a minute on 2 cores.

            Example: espalier demo
            """
        )
        {
            folder,
            seeds,
        };
        run.AddTo(command);
        command.SetAction(
            async (parsed, cancel) =>
            {
                long start = Stopwatch.GetTimestamp();
                IReadOnlyList<torch.Device> devices = run.Devices(parsed); // once, before every stage fails of it
                int count = parsed.GetValue(seeds);
                if (count is < 1 or > 10_000)
                    throw new InputException($"{count} seeds (--seeds) are impossible; expected 1 to 10000.");
                Grid grid = Grid with { Seeds = [.. Enumerable.Range(0, count).Select(i => parsed.GetValue(run.Seed) + i)] };
                string place = parsed.GetValue(folder)!;
                // Steps of so small a network do not gain from threads: trainings run side by side instead, each on one.
                var how = new RunHow(
                    Path.Combine(place, "store"),
                    null,
                    parsed.GetValue(run.Threads) ?? Environment.ProcessorCount,
                    1,
                    [.. devices.Select(device => device.ToString())],
                    KeepFailed: false,
                    parsed.GetValue(run.Quiet)
                );
                var session = new RunSession(output, how, new RunFolder(place));
                RunResults results = await session.RunAsync(grid, Planner.Of(grid), null, "espalier demo", cancel);
                if (parsed.GetValue(run.Json))
                    output.Json(results.Cells);
                else
                    Print(output, results, place, Stopwatch.GetElapsedTime(start));
                return session.ExitCode;
            }
        );
        return command;
    }

    private static void Print(Output output, RunResults results, string folder, TimeSpan time)
    {
        ComparisonTable.Print(output, results);
        if (Comparison.Of(results.Cells) is not [.., var hardest])
            return;
        (double lth, double naive, double permuted) = (hardest.Mean("lth").Mean, hardest.Mean("naive").Mean, hardest.Mean("permuted").Mean);
        GapClosed gap = hardest.Gap();
        output.Line(
            $"At {hardest.Sparsity:0%} sparsity, A's mask on B's weights reaches {naive:0.0} %; the same mask moved through "
                + $"weight symmetry reaches {permuted:0.0} "
                + $"%{(gap.IsKnown ? $", which closes {gap.Share:0%} of the gap to" : $"; {GapReason.Of(gap)} at")} the lottery ticket's "
                + $"{lth:0.0} %. {time.TotalSeconds:0} s."
        );
        output.Line(
            $"Report: {Path.Combine(folder, "report.html")}   numbers: {Path.Combine(folder, "summary.json")}   weights, "
                + $"masks and permutations: {Path.Combine(folder, "store", "stages")}"
        );
    }
}
