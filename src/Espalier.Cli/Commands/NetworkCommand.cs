using System.CommandLine;
using Espalier.Cli.Measuring;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Reports.Figures;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier network</c>: looks at a network before it is trained.</summary>
internal static class NetworkCommand
{
    public static Command Create(Output output) =>
        new("network", "Look at a network's description, hold a checkpoint against it, or print the descriptions' schema.")
        {
            Show(output),
            Check(output),
            Schema(output),
        };

    private static Command Show(Output output)
    {
        GivenNetwork given = new();
        RunOptions run = new();
        Option<string?> weights = new("--weights") { Description = "Count the zeros of these weights, too." };
        Option<string?> svg = new("--svg") { Description = "Draw the graph with its groups in colours into this file." };
        var command = new Command(
            "show",
            """
            Print a network's nodes with their shapes, parameters and floating-point operations, and the groups of units that can be \
            permuted with what ties them.

            Example: espalier network show resnet18 --input 3x32x32 --classes 10 --svg resnet18.svg
            """
        );
        given.AddTo(command);
        command.Options.Add(weights);
        command.Options.Add(svg);
        command.Options.Add(run.Json);
        command.SetAction(parsed =>
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            string? picture = parsed.GetValue(svg);
            if (picture is not null)
                OutputFile.MustReplaceNothing(picture, parsed.GetValue(given.Model), parsed.GetValue(weights));
            Network network = given.Build(parsed);
            using WeightSet? read = parsed.GetValue(weights) is { } path ? WeightsFile.Read(path, network, output.Notes) : null;
            NetworkFacts facts = NetworkFacts.Of(network, read);
            if (picture is not null)
                AtomicFile.WriteText(picture, NetworkPicture.Svg(network));
            if (parsed.GetValue(run.Json))
                output.Json(facts);
            else
                NetworkTables.Print(output, facts);
        });
        return command;
    }

    private static Command Check(Output output)
    {
        GivenNetwork given = new();
        RunOptions run = new();
        Option<string> weights = new("--weights") { Description = "Safetensors or a PyTorch checkpoint.", Required = true };
        Option<string?> logits = new("--logits")
        {
            Description =
                "Compute the logits of these images, too, and compare them with another program's: a file (safetensors or of PyTorch) with "
                + "arrays images [N, C, H, W] and logits [N, classes].",
        };
        var command = new Command(
            "check",
            """
            Hold a checkpoint against a network: which arrays fit by name and shape, which do not, and the nearest names of those; with \
            --logits whether it computes what another program does. Exit code 0 if all fit, 2 if not.

            Example: espalier network check mlp --input 1x28x28 --weights runs/A/weights.safetensors
            """
        );
        given.AddTo(command);
        command.Options.Add(weights);
        command.Options.Add(logits);
        command.Options.Add(run.Json);
        command.SetAction(parsed =>
        {
            Network network = given.Build(parsed);
            string path = parsed.GetValue(weights)!;
            WeightsFit fit = WeightsFit.Of(network, path, output.Notes);
            GivenLogits? found = fit.Holds && parsed.GetValue(logits) is { } probe ? GivenLogits.Of(network, path, probe) : null;
            if (parsed.GetValue(run.Json) && parsed.GetValue(logits) is null)
                output.Json(fit);
            else if (parsed.GetValue(run.Json))
                output.Json(
                    new
                    {
                        fit.Arrays,
                        fit.Holds,
                        Logits = found,
                    }
                );
            else if (!fit.Holds)
                NetworkTables.Print(output, fit);
            int wrong = fit.Arrays.Count(array => array.Kind != ArrayFitKind.Fits);
            if (wrong > 0)
                throw new InputException(
                    $"{Counted.Of(wrong, "array")} of '{path}' and {network.Name} {(wrong == 1 ? "does" : "do")} not fit, "
                        + $"{fit.Arrays.Count - wrong} {(fit.Arrays.Count - wrong == 1 ? "does" : "do")}."
                );
            if (!parsed.GetValue(run.Json))
                output.Line($"'{path}' holds {network}: all {Counted.Of(fit.Arrays.Count, "array")} fit.");
            if (found is null)
                return;
            string difference =
                $"logits of {Counted.Of(found.Images, "image")} differ by at most {found.LargestRelativeDifference:0.0e+0} of the largest";
            if (!(found.LargestRelativeDifference <= GivenLogits.Allowed))
                throw new InputException(
                    $"'{path}' as {network.Name}: {difference}; expected at most {GivenLogits.Allowed:0e+0}, what roundings can do. "
                        + "Does the description say something else than the program that the logits are of?"
                );
            if (!parsed.GetValue(run.Json))
                output.Line($"Its {difference}.");
        });
        return command;
    }

    private static Command Schema(Output output)
    {
        var command = new Command(
            "schema",
            """
            Print the JSON schema of descriptions, for editors.

            Example: espalier network schema
            """
        );
        command.SetAction(_ => output.Out.Write(NetworkSchema.Write()));
        return command;
    }
}
