using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier prune</c>: iterative pruning of a trained network.</summary>
internal static class PruneCommand
{
    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        TrainingOptionSet training = new();
        PruningOptionSet pruning = new();
        Argument<string> weights = new("weights") { Description = "The trained dense network." };
        Option<string> folder = new("--out", "-o")
        {
            Description = "Folder of a page (report.html); one below it for every round and target. A stopped pruning continues there.",
            Required = true,
        };
        var command = new Command(
            "prune",
            """
            Prune a trained network iteratively by magnitude or another --criterion, fine-tuning after every round. All targets share \
            their rounds.

            Example: espalier prune runs/A/weights.safetensors --sparsity 0.8,0.9,0.95,0.97 --out runs/A.prune
            """
        )
        {
            weights,
            folder,
        };
        pruning.AddTo(command);
        data.AddTo(command, withModel: true);
        training.AddSharedTo(command);
        Given.Redirect(command, pruning.RoundEpochs, "--epochs");
        Given.Redirect(command, pruning.RoundLearningRate, "--learning-rate", "--lr");
        run.AddTo(command, ranks: true);
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(() => RankWorld.Run(output, parsed, run, world => Prune(parsed, world, cancel)), CancellationToken.None)
        );
        return command;

        void Prune(ParseResult parsed, RankWorld world, CancellationToken cancel)
        {
            (DataSet set, WeightSet dense, WeightSet? rewound, PruningOptions options, double[] targets) = world.Ranks.All(() =>
                Open(parsed)
            );
            using (dense)
            using (rewound)
            {
                TrainingOptions rounds = options.FineTuning;
                using var images = new TrainingData(set, rounds.Augmentation, rounds.Precision, world.Device) { Ranks = world.Ranks };
                string place = parsed.GetValue(folder)!;
                world.Ranks.All(() => OutputFile.MustReplacePageAlone(StepReport.PageOf(place), "prune"));
                bool done = Array.TrueForAll(
                    targets,
                    target => new TrainingFolder(Path.Combine(place, PruningRound.NameOf(target))).IsFinished
                );
                if (world.Rank == 0 && !done)
                    run.Suit(
                        parsed,
                        output,
                        dense.Network.TrainingOperations() * options.FineTuning.BatchSize,
                        IterativePruning.ThreadsOf(place),
                        world.LocalSize
                    );
                using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                var progress = new Relay<PruningProgress>(p =>
                {
                    if (p.Training.Notice is { } notice)
                        line.Note(notice);
                    line.Show((p.Index + p.Training.Share) / p.Rounds, $"{p.Round.Name}  {p.Training.Metrics?.TestAccuracyPercent:0.00}");
                });
                IReadOnlyList<PrunedNetwork> results = new IterativePruning(options, images, place, progress).Run(
                    dense,
                    targets,
                    parsed.GetValue(run.Seed),
                    rewound: rewound,
                    cancel: cancel
                );
                line.Dispose();
                if (done)
                    output.Note($"'{place}' holds this pruning already, finished; nothing was done");
                MaskPaths[] paths = [.. results.Select(result => MaskPaths.Of(result.Mask))];
                foreach ((PrunedNetwork result, MaskPaths of) in results.Zip(paths))
                    if (of.Warning is { } warning)
                        output.Note($"{Share.Percent(result.Round.Target!.Value)}%: {warning}");
                if (world.Rank == 0)
                    StepReport.Write(place, done, set, options, results);
                string precision = options.FineTuning.Precision.Name();
                if (parsed.GetValue(run.Json))
                    output.Json(
                        results.Zip(
                            paths,
                            (r, of) =>
                                new
                                {
                                    r.Round.Target,
                                    r.Mask.Sparsity,
                                    r.Mask.SparsityOfAllWeights,
                                    r.Mask.KeptCount,
                                    of.EffectiveSparsity,
                                    of.CollapsedLayers,
                                    of.UnreachedClasses,
                                    r.Training.TestAccuracyPercent,
                                    r.Training.EmaTestAccuracyPercent,
                                    Precision = precision,
                                }
                        )
                    );
                else
                    foreach (PrunedNetwork result in results)
                        output.Line(
                            $"{Share.Percent(result.Round.Target!.Value)}%: "
                                + $"{result.Training.TestAccuracyPercent:0.00} % test accuracy in {precision}; "
                                + $"{result.Mask.KeptCount} of {result.Mask.PrunableCount} prunable weights kept, "
                                + $"{Share.Percent(result.Mask.SparsityOfAllWeights, 1)}% of all weights pruned; "
                                + $"{Path.Combine(place, result.Round.Name)}"
                        );
            }
        }

        (DataSet Set, WeightSet Dense, WeightSet? Rewound, PruningOptions Options, double[] Targets) Open(ParseResult parsed)
        {
            string trained = parsed.GetValue(weights)!;
            DataSet set = data.Open(parsed, output, trained);
            WeightSet dense = data.Read(parsed, set, trained, output);
            PruningOptions options = pruning.Read(parsed, training.ReadShared(parsed, set), TrainingFacts.Of(trained).Epoch);
            if (parsed.GetValue(pruning.RewindTo) is { } begun)
                TrainingOrigin.MustBeOfOneTraining(trained, begun);
            WeightSet? rewound = parsed.GetValue(pruning.RewindTo) is { } checkpoint ? data.Read(parsed, set, checkpoint, output) : null;
            double[] targets = parsed.GetValue(pruning.Sparsities) is { Length: > 0 } given ? given : [0.8, 0.9, 0.95, 0.97];
            _ = options.Rounds(dense.Network, targets); // refuses impossible targets before anything is said or measured
            return (set, dense, rewound, options, targets);
        }
    }
}
