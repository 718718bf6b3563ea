using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Design.Recipes;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier train</c>: dense, or sparse with a mask.</summary>
internal static class TrainCommand
{
    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        TrainingOptionSet training = new();
        Option<string> folder = new("--out", "-o")
        {
            Description = "Folder for weights, checkpoints, metrics and a page (report.html); a stopped training continues there.",
            Required = true,
        };
        Option<string> name = new("--name")
        {
            Description = "Names the random streams: NAME.init and NAME.data.",
            DefaultValueFactory = _ => "A",
        };
        Option<string?> from = new("--from") { Description = "Weights to start from; default: a random initialization." };
        Option<string?> mask = new("--mask")
        {
            Description =
                "Train sparse with this mask; batches then come from the stream sparse.data, and the learning rate is "
                + $"{NamedRecipes.Paper.SparseTraining.LearningRate} unless given.",
        };
        Option<int[]> checkpoints = new("--checkpoints")
        {
            Description = "Epochs whose weights are kept, such as 0,20; 0 is before the first step.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Lists.Integers,
        };
        var command = new Command(
            "train",
            """
            Train a network, dense or sparse.

            Examples:
              espalier train --name A --epochs 10 --checkpoints 0,2 --out runs/A
              espalier train --name B --epochs 10 --checkpoints 0,2 --out runs/B
              espalier train --from runs/start/start.safetensors --mask runs/start/mask.safetensors --epochs 8 --out runs/permuted
            """
        )
        {
            folder,
            name,
            from,
            mask,
            checkpoints,
        };
        data.AddTo(command, withModel: true);
        training.AddTo(command);
        run.AddTo(command, ranks: true);
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(() => RankWorld.Run(output, parsed, run, world => Train(parsed, world, cancel)), CancellationToken.None)
        );
        return command;

        void Train(ParseResult parsed, RankWorld world, CancellationToken cancel)
        {
            if (Given.Is(parsed, from) && Given.Is(parsed, mask))
                Given.Refuse(
                    parsed,
                    name,
                    "names nothing where both --from and --mask are given: nothing is initialized, and batches come from sparse.data"
                );
            (DataSet set, WeightSet start, Mask? kept, TrainingOptions options) = world.Ranks.All(() => Open(parsed));
            using (start)
            using (kept)
            {
                using var images = new TrainingData(set, options.Augmentation, options.Precision, world.Device) { Ranks = world.Ranks };
                if ((kept is null ? Unmasked(start) : MaskPaths.Of(kept).Warning) is { } warning)
                    output.Note(warning);
                var place = new TrainingFolder(parsed.GetValue(folder)!);
                world.Ranks.All(() => OutputFile.MustReplacePageAlone(StepReport.PageOf(place.Path), "train"));
                bool isDone = place.IsFinished;
                if (world.Rank == 0 && !isDone)
                    run.Suit(parsed, output, start.Network.TrainingOperations() * options.BatchSize, place.Threads, world.LocalSize);
                string stream = kept is null ? $"{parsed.GetValue(name)}.data" : "sparse.data";
                var training = new TrainingRun(start, kept, parsed.GetValue(run.Seed), stream);
                TrainingResult result = Run(place, options, images, training, output, parsed.GetValue(run.Quiet), cancel);
                if (world.Rank == 0)
                    StepReport.Write(place.Path, isDone, start.Network, set, options, result, kept);
                if (parsed.GetValue(run.Json))
                    output.Json(
                        new
                        {
                            result.TestAccuracyPercent,
                            result.Metrics[^1].TestLoss,
                            result.EmaTestAccuracyPercent,
                            EmaWeights = result.Average is null ? null : place.Average,
                            Precision = options.Precision.Name(),
                            Threads = place.Threads ?? ComputeThreads.Current,
                            Ranks = place.Ranks ?? 1,
                            Weights = place.FinalWeights,
                            place.MetricsFile,
                        }
                    );
                else
                    output.Line(
                        $"{start.Network.Name}: {result.TestAccuracyPercent:0.00} % of "
                            + $"{Counted.Of(set.Test.Count, "test image")} in {options.Precision.Name()} after "
                            + Counted.Of(result.Metrics.Count, "epoch")
                            + (kept is null ? "" : $", sparsity {Share.Percent(kept.Sparsity)}%")
                            + $"; {place.FinalWeights}"
                            + (result.Average is null ? "" : $"; moving average {result.EmaTestAccuracyPercent:0.00} %; {place.Average}")
                    );
            }
        }

        (DataSet Set, WeightSet Start, Mask? Kept, TrainingOptions Options) Open(ParseResult parsed)
        {
            DataSet set = parsed.GetValue(from) is { } trained ? data.Open(parsed, output, trained) : data.Open(parsed);
            WeightSet start = parsed.GetValue(from) is { } given
                ? data.Read(parsed, set, given, output)
                : Initialization.KaimingNormal(
                    data.Build(parsed, set),
                    new RandomStream(parsed.GetValue(run.Seed), $"{parsed.GetValue(name)}.init")
                );
            Mask? kept = parsed.GetValue(mask) is { } path ? MaskFile.Read(path, start.Network, output.Notes) : null;
            TrainingOptions usual = kept is null ? NamedRecipes.Paper.Training : NamedRecipes.Paper.SparseTraining,
                options =
                    training.Read(parsed, usual.Epochs, usual.LearningRate, set) with
                    {
                        Checkpoints = parsed.GetValue(checkpoints) ?? [],
                    };
            return (set, start, kept, options.Validated());
        }
    }

    /// <summary>Random initializations have no exact zero, trained networks hardly any: many of them were pruned.</summary>
    private static string? Unmasked(WeightSet start)
    {
        const double Many = 0.1;
        long all = start.Network.Parameters.Where(p => p.IsWeight).Sum(p => (long)p.Count),
            zeros = start.ZeroWeights;
        return zeros < Many * all
            ? null
            : $"{Share.Percent((double)zeros / all)}% of the weights to start from are zero, and without --mask they are "
                + $"trained like all others";
    }

    private static TrainingResult Run(
        TrainingFolder place,
        TrainingOptions options,
        TrainingData images,
        TrainingRun run,
        Output output,
        bool quiet,
        CancellationToken cancel
    )
    {
        bool done = place.IsFinished;
        using var line = new ProgressLine(output, quiet);
        string last = "";
        var progress = new Relay<TrainingProgress>(p =>
        {
            if (p.Metrics is { } m)
                last = $"loss {m.TrainLoss:0.000}, test {m.TestAccuracyPercent:0.00} %, {m.ImagesPerSecond:0} images/s";
            if (p.Notice is { } notice)
                line.Note(notice);
            line.Show(p.Share, $"epoch {Math.Min(p.Epoch + 1, p.Epochs)}/{p.Epochs}  {last}");
        });
        TrainingResult result = new Trainer(options, images, place, progress).Train(run, cancel);
        line.Dispose();
        if (done)
            output.Note($"'{place.Path}' holds this training already, finished; nothing was done");
        return result;
    }
}
