using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Experiments;
using Espalier.Networks;
using Espalier.Training;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier pipeline</c>: the whole method for some seeds.</summary>
internal static class PipelineCommand
{
    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new();
        TrainingOptionSet dense = new();
        PruningOptionSet pruning = new();
        MatchingOptionSet matching = new();
        Option<string> folder = new("--out", "-o") { Description = "Folder of the run; a stopped run continues there.", DefaultValueFactory = _ => "runs/pipeline" };
        Option<int[]> rewind = new("--rewind") { Description = "Rewind epochs k, such as 0,20.", Arity = ArgumentArity.OneOrMore, CustomParser = Lists.Integers };
        Option<int> seeds = new("--seeds") { Description = "How many seeds, from --seed on.", DefaultValueFactory = _ => 1 };
        Option<double> sparseRate = new("--sparse-learning-rate") { Description = "Learning rate of sparse training.", DefaultValueFactory = _ => 0.02 };
        var command = new Command("pipeline", """
            Train A and B, prune A, align A with B, move the mask, train sparse (lth, naive, permuted).

            Example: espalier pipeline --dataset cifar10 --data DIR --model resnet20 --epochs 200 --sparsity 0.9,0.97 --rewind 20 --seeds 3
            """) { folder, rewind, seeds, sparseRate };
        data.AddTo(command, withModel: true);
        dense.AddTo(command);
        pruning.AddTo(command);
        matching.AddTo(command);
        run.AddTo(command);
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var device = run.Apply(parsed);
            DataSet set = data.Open(parsed);
            Network network = data.Build(parsed, set);
            TrainingOptions schedule = dense.Read(parsed, 200, 0.08, set, network);
            var options = new PipelineOptions
            {
                Dense = schedule,
                Pruning = pruning.Read(parsed, schedule),
                Matching = matching.Read(parsed),
                SparseLearningRate = parsed.GetValue(sparseRate),
                Sparsities = parsed.GetValue(pruning.Sparsities) is { Length: > 0 } targets ? targets : [0.80, 0.90, 0.95, 0.97],
                RewindEpochs = parsed.GetValue(rewind) is { Length: > 0 } epochs ? epochs : [Math.Min(20, schedule.Epochs - 1)],
            };
            using var images = new TrainingData(set, schedule.Augmentation, schedule.Precision, device);
            Summary summary = SeedRunner.Run(network, options, images, parsed.GetValue(folder)!, parsed.GetValue(run.Seed), parsed.GetValue(seeds), workers: 1, output, parsed.GetValue(run.Quiet), cancel);
            if (parsed.GetValue(run.Json)) output.Json(summary.Cells);
            else
            {
                ResultTable.Print(output, summary);
                output.Line($"Numbers, figures, weights, masks and permutations: {parsed.GetValue(folder)}");
            }
        }, CancellationToken.None));
        return command;
    }
}
