using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Files;
using Espalier.Symmetry;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier convert</c>: a network, a mask or a permutation in the form that another tool takes.</summary>
internal static class ConvertCommand
{
    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        Argument<string> file = new("file")
        {
            Description = "Weights, a mask or a permutation: safetensors or a PyTorch checkpoint, with --model also other tools'.",
        };
        Option<ConversionForm?> form = new("--as")
        {
            Description =
                "Weights: plain; with a mask pruned (weight_orig and weight_mask, as torch.nn.utils.prune has them), zeros or mask alone. "
                + "A permutation: groups, or axes of every array. Default: the first that loses nothing.",
        };
        Option<string?> mask = new("--mask") { Description = "A mask to write with the weights, or to apply to them." };
        Option<string> path = new("--out", "-o")
        {
            Description = "The new file: .pth, .pt, .th, .ckpt or .bin for PyTorch (torch.load with weights_only=True), or .safetensors.",
            Required = true,
        };
        var command = new Command(
            "convert",
            """
            Write a network, a mask or a permutation as a PyTorch state dict or as safetensors.

            Example: espalier convert runs/start/start.safetensors --mask runs/start/mask.safetensors --out runs/ticket.pth
            Example: espalier convert runs/match/permutation.safetensors --as axes --out runs/permutation.pth
            """
        )
        {
            file,
            form,
            mask,
            path,
        };
        foreach (Option option in (Option[])[.. data.OfModel, run.Json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            string target = parsed.GetValue(path)!;
            TensorFormat.MustBeKnown(target);
            OutputFile.MustReplaceNothing(target, parsed.GetValue(file), parsed.GetValue(mask));
            Conversion made = Conversion.Of(
                parsed.GetValue(file)!,
                parsed.GetValue(form),
                parsed.GetValue(mask),
                data.BuildIfNamed(parsed, parsed.GetValue(file)!),
                output.Notes
            );
            TensorFormat.Write(target, made.Tensors, made.Metadata);
            if (parsed.GetValue(run.Json))
                output.Json(
                    new
                    {
                        File = target,
                        made.Form,
                        Network = made.Network?.Name,
                        Tensors = made.Tensors.Select(tensor => new
                        {
                            tensor.Name,
                            Type = tensor.Type.StoredName(),
                            tensor.Shape,
                        }),
                    }
                );
            else
                output.Line(
                    $"{Counted.Of(made.Tensors.Count, "array")}{(made.Network is { } network ? $" of {network}" : "")} as "
                        + $"{made.Form.ToString().ToLowerInvariant()}; {target}"
                );
        });
        return command;
    }
}
