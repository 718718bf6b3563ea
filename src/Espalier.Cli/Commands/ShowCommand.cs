using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier show</c>: what is in an artefact.</summary>
internal static class ShowCommand
{
    public static Command Create(Output output)
    {
        RunOptions run = new();
        Argument<string> file = new("file") { Description = "Weights, a mask, a permutation, or a network's JSON file." };
        var command = new Command(
            "show",
            """
            Show what is in an artefact: the layers of weights, the densities of a mask, the groups of a permutation; \
            or what a network's file describes.

            Example: espalier show runs/A.prune/sparsity-0.95/mask.safetensors
            """
        )
        {
            file,
        };
        command.Options.Add(run.Json);
        command.SetAction(parsed => Print(output, parsed.GetValue(file)!, parsed.GetValue(run.Json)));
        return command;
    }

    private static void Print(Output output, string path, bool json)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        if (NetworkJson.IsText(path) && !path.EndsWith(".index.json", StringComparison.Ordinal))
        {
            Print(output, path, json, NetworkRows.Of(NetworkJson.ReadFile(path)));
            return;
        }
        TensorFile header = TensorFile.Read(path);
        Print(
            output,
            path,
            json,
            header.Metadata.GetValueOrDefault("format") switch
            {
                StateDict.PrunedFormat or "espalier.mask" => OfMask(MaskFile.Read(path)),
                "espalier.permutation" or "espalier.untied-permutation" => OfPermutation(PermutationFile.ReadMove(path)),
                "espalier.weights" => OfWeights(WeightsFile.Read(path)),
                _ => (
                    Counted.Of(header.Tensors.Count, "tensor"),
                    ["tensor", "shape", "type"],
                    header.Tensors.Values.Select(t => new object[] { t.Name, string.Join("x", t.Shape), t.Type })
                ),
            }
        );
    }

    private static void Print(Output output, string path, bool json, (string Title, string[] Headings, IEnumerable<object[]> Rows) found)
    {
        (string title, string[] headings, IEnumerable<object[]> rows) = found;
        object[][] all = [.. rows];
        if (json)
        {
            output.Json(
                new
                {
                    File = path,
                    Title = title,
                    Rows = all.Select(row =>
                        headings
                            .Zip(row, (heading, value) => (heading, value))
                            .ToDictionary(pair => pair.heading.Replace(' ', '_'), pair => pair.value)
                    ),
                }
            );
            return;
        }
        TextTable.Print(
            output,
            headings,
            all.Select(row => row.Select(value => value is double number ? $"{number:0.####}" : $"{value}").ToArray())
        );
        output.Line(title);
    }

    private static (string, string[], IEnumerable<object[]>) OfMask(Mask mask) =>
        (
            $"Mask of {mask.Network}: sparsity {Share.Percent(mask.Sparsity)}% of {mask.PrunableCount} prunable weights, "
                + $"{Share.Percent(mask.SparsityOfAllWeights)}% of all weights, "
                + $"{Share.Percent(mask.MultiplyAccumulates / (double)mask.Network.MultiplyAccumulates(), 1)}% of the dense "
                + $"multiply-accumulates{PathsOf(mask)}.",
            ["layer", "shape", "kept", "density", "multiply-accumulates"],
            mask.Network.Parameters.Where(p => p.IsWeight)
                .Select(p =>
                    new object[]
                    {
                        p.Name + (mask.Prunable.Contains(p) ? "" : " (not prunable)"),
                        string.Join("x", p.Shape),
                        mask.Kept(p),
                        (double)mask.Kept(p) / p.Count,
                        mask.Kept(p) * mask.Network.UsesPerWeight(p),
                    }
                )
        );

    private static string PathsOf(Mask mask)
    {
        MaskPaths paths = MaskPaths.Of(mask);
        return $", {paths.Effective} of {paths.Kept} kept weights on a path from the image to a "
            + $"class{(paths.Warning is { } warning ? $"; {warning}" : "")}";
    }

    private static (string, string[], IEnumerable<object[]>) OfPermutation(Permutation permutation) =>
        (
            $"Permutation of {permutation.Groups.Network}: {Counted.Of(permutation.Groups.Groups.Count, "group")}"
                + $"{(permutation.IsSymmetry ? "" : $", {Certificate.NoSymmetry}")}.",
            ["group", "units", "moved", "observed at"],
            permutation.Groups.Groups.Select(g =>
                new object[]
                {
                    g.Name,
                    g.Units,
                    permutation.Sources[g.Index].Where((unit, j) => unit != j).Count(),
                    string.Join(", ", g.Taps.Select(tap => permutation.Groups.Network.Nodes[tap.Node].Name)),
                }
            )
        );

    private static (string, string[], IEnumerable<object[]>) OfWeights(WeightSet weights) =>
        (
            $"Weights of {weights.Network}, fingerprint {weights.Network.Fingerprint}, "
                + $"{weights.Network.MultiplyAccumulates():N0} multiply-accumulates an image.",
            ["array", "shape", "zeros", "mean", "deviation"],
            weights.Network.Parameters.Concat(weights.Network.Buffers).Select(p => Row(p, weights.Read(p)))
        );

    private static object[] Row(Parameter p, float[] numbers)
    {
        double mean = numbers.Average(number => (double)number),
            deviation = Math.Sqrt(numbers.Average(number => Math.Pow(number - mean, 2)));
        return [p.Name, string.Join("x", p.Shape), numbers.LongCount(number => number == 0), mean, deviation];
    }
}
