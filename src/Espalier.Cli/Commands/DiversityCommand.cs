using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Diversity;
using Espalier.Execution;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier diversity</c>: how differently networks predict, and how good they are together.</summary>
internal static class DiversityCommand
{
    private static readonly string[] s_heads = ["network", "accuracy, %", "−log-likelihood", "calibration error"];

    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        Argument<string[]> networks = new("networks")
        {
            Description = "At least two networks of one data set; their graphs may differ.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "diversity",
            """
            Compare what networks predict on all test images: disagreement, divergences, \
            and the ensemble that is the mean of their probabilities (table 1).

            Example: espalier diversity runs/A/weights.safetensors runs/B/weights.safetensors runs/permuted/weights.safetensors
            """
        )
        {
            networks,
        };
        data.AddTo(command, withModel: true);
        run.AddTo(command, random: false);
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(
                    () =>
                    {
                        var device = run.Apply(parsed);
                        DataSet set = data.Open(parsed);
                        string[] paths = parsed.GetValue(networks)!;
                        using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                        var predictions = new List<Predictions>();
                        foreach (string path in paths)
                        {
                            cancel.ThrowIfCancellationRequested();
                            using WeightSet weights = data.Read(parsed, set, path, output);
                            if (predictions.Count == 0)
                                run.Suit(parsed, output, weights.Network);
                            // Nothing is computed between them: each sees images as it was trained.
                            using var test = new BatchSource(
                                set.Test,
                                data.AsTrained(parsed, set, path, output).Normalization,
                                Augmentation.None,
                                device,
                                Precision.Float32.ToScalarType()
                            );
                            predictions.Add(Predictions.Of(weights, test));
                            line.Show((double)predictions.Count / paths.Length, "predicting");
                        }
                        line.Dispose();
                        EnsembleReport report = EnsembleReport.Of(predictions, set.Test.Labels);
                        if (parsed.GetValue(run.Json))
                            output.Json(report);
                        else
                            Print(output, paths, report, set.Test.Count);
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static void Print(Output output, string[] paths, EnsembleReport report, int images)
    {
        TextTable.Print(
            output,
            s_heads,
            paths
                .Zip(report.Members)
                .Append(("ensemble", report.Ensemble))
                .Select(member =>
                    (string[])
                        [
                            member.Item1,
                            $"{member.Item2.AccuracyPercent:0.00}",
                            $"{member.Item2.NegativeLogLikelihood:0.0000}",
                            $"{member.Item2.CalibrationError:0.0000}",
                        ]
                )
        );
        output.Line(
            $"{paths.Length} networks on {Counted.Of(images, "test image")}: disagreement "
                + $"{report.Diversity.Disagreement:0.0000}, KL {report.Diversity.KullbackLeibler:0.0000}, JS "
                + $"{report.Diversity.JensenShannon:0.0000} nats."
        );
    }
}
