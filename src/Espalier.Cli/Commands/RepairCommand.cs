using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Lab.Stages;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier repair</c>: merges two networks into one and repairs it.</summary>
internal static class RepairCommand
{
    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        StudyOptionSet study = new();
        Argument<string> first = new("first") { Description = "The network at α = 0." },
            second = new("second") { Description = "The network at α = 1." };
        Option<double> alpha = new("--alpha") { Description = "Share of the second, 0 to 1.", DefaultValueFactory = _ => 0.5 };
        Option<Correction> correction = new("--correction")
        {
            Description = "Against variance collapse: none, reset, rescale, repair or closedform.",
            DefaultValueFactory = _ => Correction.Repair,
        };
        Option<string> path = new("--out", "-o") { Description = "The merged network's file.", Required = true };
        var command = new Command(
            "repair",
            """
            Merge two networks, (1 − α)·first + α·second, and repair the merged one (Jordan et al. 2023): a plain network of \
            the same graph.

            Example: espalier repair runs/A/weights.safetensors runs/B/weights.safetensors -p runs/match/permutation.safetensors \
              --out runs/merged.safetensors
            """
        )
        {
            first,
            second,
            alpha,
            correction,
            path,
        };
        study.AddTo(command);
        data.AddTo(command, withModel: true);
        run.AddTo(command, random: false);
        command.SetAction(parsed =>
        {
            var device = run.Apply(parsed);
            OutputFile.MustReplaceNothing(
                parsed.GetValue(path)!,
                parsed.GetValue(first),
                parsed.GetValue(second),
                parsed.GetValue(study.Permutation)
            );
            StudyOptions options = study.Read(parsed);
            study.MustCorrect(parsed, [parsed.GetValue(correction)]);
            DataSet set = data.Open(parsed, output, parsed.GetValue(first)!, parsed.GetValue(second)!);
            using GivenNetworks networks = study.Open(
                parsed,
                data,
                set,
                [parsed.GetValue(first)!, parsed.GetValue(second)!],
                moved: 0,
                output
            );
            run.Suit(parsed, output, networks.Network);
            using StudyImages images = StudyOptionSet.ImagesOf(options, set, device, networks.Network, output);
            using WeightSet plain = new Interpolation(networks[0], networks[1], options.Curve(Correction.None)).At(parsed.GetValue(alpha));
            using WeightSet merged = new Interpolation(
                networks[0],
                networks[1],
                options.Curve(parsed.GetValue(correction)),
                images.Statistics
            ).At(parsed.GetValue(alpha));
            Evaluation before = Evaluation.Of(plain, images.Test),
                after = Evaluation.Of(merged, images.Test);
            if (!merged.IsFinite() || !double.IsFinite(after.Loss) || !double.IsFinite(before.Loss))
                throw new InputException(
                    "The merged network, before or after its repair, has a loss that is not finite; expected two networks whose "
                        + "activations are finite."
                );
            WeightsFile.Write(parsed.GetValue(path)!, merged);
            if (parsed.GetValue(run.Json))
                output.Json(
                    new
                    {
                        Weights = parsed.GetValue(path),
                        Alpha = parsed.GetValue(alpha),
                        Correction = parsed.GetValue(correction),
                        Merged = before,
                        Corrected = after,
                    }
                );
            else
                output.Line(
                    $"Merged at α = {parsed.GetValue(alpha):0.###}: {before.AccuracyPercent:0.00} % of "
                        + $"{Counted.Of(before.Images, "test image")}; corrected by {$"{parsed.GetValue(correction)}".ToLowerInvariant()}: "
                        + $"{after.AccuracyPercent:0.00} %; {parsed.GetValue(path)}"
                );
        });
        return command;
    }
}
