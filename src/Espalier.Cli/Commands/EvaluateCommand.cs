using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier evaluate</c>: loss and accuracy of a network.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        Argument<string> weights = new("weights")
        {
            Description = "The network: safetensors, or a PyTorch checkpoint together with --model.",
        };
        Option<string?> mask = new("--mask") { Description = "Evaluate with this mask applied." };
        Option<string> split = new("--split") { Description = "test or train.", DefaultValueFactory = _ => "test" };
        split.AcceptOnlyFromAmong("test", "train");
        Option<Precision?> precision = new("--precision")
        {
            Description = "Float32 or BFloat16; default: what the file says it was trained in, else Float32.",
        };
        var command = new Command(
            "evaluate",
            """
            Test a network on plain images.

            Example: espalier evaluate runs/A/weights.safetensors
            """
        )
        {
            weights,
            mask,
            split,
            precision,
        };
        data.AddTo(command, withModel: true);
        // Which images, here; how they are divided is said by its longer name.
        command.Options.Single(option => option.Name == OwnImageOptionSet.TestShareName).Aliases.Remove(OwnImageOptionSet.SplitName);
        run.AddTo(command, random: false);
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(
                    () =>
                    {
                        var device = run.Apply(parsed);
                        DataSet set = data.Open(parsed, output, parsed.GetValue(weights)!);
                        using WeightSet given = data.Read(parsed, set, parsed.GetValue(weights)!, output);
                        run.Suit(parsed, output, given.Network);
                        Precision format =
                            parsed.GetValue(precision) ?? TrainingFacts.Of(parsed.GetValue(weights)!).Precision ?? Precision.Float32;
                        using Mask? kept = parsed.GetValue(mask) is { } path ? MaskFile.Read(path, given.Network, output.Notes) : null;
                        using WeightSet? masked = kept is null ? null : given.Masked(kept);
                        using var images = new BatchSource(
                            parsed.GetValue(split) == "test" ? set.Test : set.Train,
                            set.Normalization,
                            Augmentation.None,
                            device,
                            format.ToScalarType()
                        );
                        using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                        Evaluation result = Evaluation
                            .Of(masked ?? given, images, new Relay<double>(share => line.Show(share, "evaluating")), cancel)
                            .MustBeFinite($"'{parsed.GetValue(weights)}'");
                        line.Dispose();
                        if (parsed.GetValue(run.Json))
                            output.Json(
                                new
                                {
                                    result.Loss,
                                    result.AccuracyPercent,
                                    result.Top5AccuracyPercent,
                                    result.Images,
                                    Precision = format.Name(),
                                }
                            );
                        else
                            output.Line(
                                $"{given.Network.Name}: {result.AccuracyPercent:0.00} % {Five(result)}of "
                                    + $"{Counted.Of(result.Images, $"{parsed.GetValue(split)} image")} in {format.Name()}, loss "
                                    + $"{result.Loss:0.0000}"
                            );
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static string Five(Evaluation result) => result.Top5AccuracyPercent is { } top ? $"(top-5: {top:0.00} %) " : "";
}
