using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Onnx;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier import</c>: another program's model becomes a description and weights.</summary>
internal static class ImportCommand
{
    public static Command Create(Output output)
    {
        RunOptions run = new();
        Argument<string> file = new("file") { Description = "An ONNX model; arrays in files of their own lie in its folder." };
        Option<string> path = new("--out", "-o") { Description = "The description to write, JSON.", Required = true };
        Option<string?> weights = new("--weights")
        {
            Description = "The weights to write, too: .safetensors, or .pth, .pt, .th, .ckpt or .bin for PyTorch.",
        };
        Option<string?> input = new("--input")
        {
            Description = "Channels, rows and columns of the images, such as 3x224x224; needed only where the model leaves them open.",
        };
        Option<string?> given = new("--output") { Description = "Which of the model's outputs gives the class logits, if it has several." };
        var command = new Command(
            "import",
            """
            Make a network's description, and its weights, of an ONNX model. Shapes are computed, batch-norms stay as they are, \
            arrays keep the names that the exporter kept. What cannot be followed is named.

            Example: espalier import model.onnx --out net.json --weights net.safetensors
            """
        )
        {
            file,
            path,
            weights,
            input,
            given,
            run.Json,
        };
        command.SetAction(parsed =>
        {
            string model = parsed.GetValue(file)!,
                description = parsed.GetValue(path)!;
            string? arrays = parsed.GetValue(weights);
            Shape? images = parsed.GetValue(input) is { } text ? GivenNetwork.ShapeOf(input.Name, text) : null;
            OutputFile.MustReplaceNothing(description, model);
            if (arrays is not null)
            {
                TensorFormat.MustBeKnown(arrays);
                OutputFile.MustReplaceNothing(arrays, model);
                if (Path.GetFullPath(arrays) == Path.GetFullPath(description))
                    throw new InputException($"--out and {weights.Name} are both '{arrays}'; expected two files.");
            }
            using WeightSet read = OnnxImport.Read(model, images, parsed.GetValue(given), output.Notes);
            Network network = read.Network;
            if (arrays is not null)
                TensorFormat.Write(arrays, StateDict.Of(read), StateDict.Facts(read));
            NetworkJson.WriteFile(description, network);
            int groups = PermutationGroups.Of(network).Groups.Count;
            if (parsed.GetValue(run.Json))
                output.Json(
                    new
                    {
                        File = description,
                        Weights = arrays,
                        Network = network.Name,
                        Nodes = network.Nodes.Count,
                        Parameters = network.ParameterCount,
                        Groups = groups,
                    }
                );
            else
                output.Line(
                    $"{network}, {Counted.Of(network.Nodes.Count, "node")}, {Counted.Of(groups, "group")}; "
                        + $"{description}{(arrays is null ? "" : $", {arrays}")}"
                );
        });
        return command;
    }
}
