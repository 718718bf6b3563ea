using System.CommandLine;
using System.Diagnostics;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Experiments;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Training;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier demo</c>: the whole method on the embedded data in about a minute.</summary>
internal static class DemoCommand
{
    /// <summary>A scaled-down schedule: T = 10 instead of 200 epochs, k = 2, 3 instead of 50 epochs a pruning round.</summary>
    internal static PipelineOptions Schedule { get; } = new()
    {
        Dense = new TrainingOptions { Epochs = 10, Precision = Precision.Float32, EvaluateEvery = 0 },
        Pruning = new() { FineTuning = new TrainingOptions { Epochs = 3, LearningRate = 0.01, Precision = Precision.Float32, EvaluateEvery = 0 } },
        Sparsities = [0.95, 0.98],
        RewindEpochs = [2],
    };

    public static Command Create(Output output)
    {
        RunOptions run = new();
        Option<string> folder = new("--out", "-o") { Description = "Folder of the run.", DefaultValueFactory = _ => "runs/demo" };
        Option<int> seeds = new("--seeds") { Description = "How many seeds, from --seed on.", DefaultValueFactory = _ => 3 };
        var command = new Command("demo", """
            Run the whole method on embedded data: train two networks, prune one, align it with the other, move its mask, train sparse. About a minute on 2 cores.

            Example: espalier demo
            """) { folder, seeds };
        run.AddTo(command);
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var device = run.Apply(parsed);
            // Steps of so small a network do not gain from threads: seeds run side by side instead, each on one.
            int workers = parsed.GetValue(run.Threads) ?? Environment.ProcessorCount;
            ComputeThreads.Use(1);
            Run(output, parsed.GetValue(folder)!, device, parsed.GetValue(run.Seed), parsed.GetValue(seeds), workers, parsed.GetValue(run.Quiet), parsed.GetValue(run.Json), cancel);
        }, CancellationToken.None));
        return command;
    }

    private static void Run(Output output, string folder, TorchSharp.torch.Device device, long seed, int seeds, int workers, bool quiet, bool json, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        DataSet set = DataSets.Open(DataSets.Embedded);
        Network network = Mlp.Build(Shape.Maps(1, 28, 28), set.Train.Classes.Count);
        using var images = new TrainingData(set, Augmentation.None, Precision.Float32, device);
        Summary summary = SeedRunner.Run(network, Schedule, images, folder, seed, seeds, workers, output, quiet, cancel);
        if (json)
        {
            output.Json(summary.Cells);
            return;
        }
        ResultTable.Print(output, summary);
        ComparisonRow hardest = ComparisonRow.Of(summary.Cells)[^1];
        output.Line($"At {hardest.Sparsity:0%} sparsity, A's mask on B's weights reaches {hardest.Naive.Mean:0.0} %; the same mask moved through weight symmetry reaches {hardest.Permuted.Mean:0.0} %, which closes {hardest.GapClosed:0%} of the gap to the lottery ticket's {hardest.Lth.Mean:0.0} %.");
        output.Line($"Scaled-down schedule: T = {Schedule.Dense.Epochs} epochs (the paper: 200), k = {Schedule.RewindEpochs[0]}, {Schedule.Pruning.FineTuning.Epochs} epochs a pruning round (50). {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s.");
        output.Line($"Numbers: {Path.Combine(folder, "summary.json")}   figure: {Path.Combine(folder, "accuracy.png")}   weights, masks and permutations: {Path.Combine(folder, $"seed-{seed}")} …");
    }
}
