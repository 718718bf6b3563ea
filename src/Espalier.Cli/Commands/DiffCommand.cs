using System.CommandLine;
using System.Globalization;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Symmetry;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier diff</c>: what two networks, masks or permutations have in common.</summary>
internal static class DiffCommand
{
    private static readonly string[] s_mask = ["layer", "kept in A", "kept in B", "overlap", "by chance", "dead in A", "dead in B"];

    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        Argument<string> a = new("a") { Description = "Weights, a mask or a permutation." },
            b = new("b") { Description = "Another of the same kind." };
        var command = new Command(
            "diff",
            """
            Compare two networks, masks or permutations, layer by layer: overlap, densities, agreement of signs, distances, dead units.

            Example: espalier diff runs/A.prune/sparsity-0.95/mask.safetensors runs/start/mask.safetensors
            Example: espalier diff runs/A/weights.safetensors runs/B/weights.safetensors
            """
        )
        {
            a,
            b,
        };
        foreach (Option option in (Option[])[.. data.OfModel, run.Json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var found = Comparison.Of(
                parsed.GetValue(a)!,
                parsed.GetValue(b)!,
                data.BuildIfNamed(parsed, parsed.GetValue(a)!),
                output.Notes
            );
            if (parsed.GetValue(run.Json))
                output.Json(
                    new
                    {
                        found.Content,
                        Network = found.Network.Name,
                        Same = found.AreSame,
                        found.Total,
                        found.Layers,
                        found.Groups,
                    }
                );
            else
                Print(output, found);
        });
        return command;
    }

    private static void Print(Output output, Comparison found)
    {
        if (found.Total is { } total)
        {
            bool areWeights = total.Distance is not null;
            TextTable.Print(
                output,
                areWeights ? [.. s_mask, "signs agree", "distance", "relative", "cosine"] : s_mask,
                found.Layers.Append(total).Select(layer => Row(layer, areWeights)),
                right: true
            );
        }
        else
            TextTable.Print(
                output,
                ["group", "units", "same place", "moved in A", "moved in B"],
                found.Groups.Select(group =>
                    new[] { group.Group, $"{group.Units}", Percent(group.Overlap), $"{group.MovedA}", $"{group.MovedB}" }
                ),
                right: true
            );
        output.Line($"{found.Network}: {(found.AreSame ? "nothing differs" : "they differ")}.");
    }

    private static string[] Row(LayerDifference layer, bool areWeights)
    {
        string[] kept =
        [
            layer.Layer,
            Percent(layer.DensityA),
            Percent(layer.DensityB),
            Percent(layer.Overlap),
            Percent(layer.OverlapByChance),
            $"{layer.DeadA}",
            $"{layer.DeadB}",
        ];
        return areWeights
            ?
            [
                .. kept,
                Percent(layer.SignAgreement),
                $"{layer.Distance:g4}",
                layer.RelativeDistance is { } relative ? $"{relative:0.000}" : "",
                layer.Cosine is { } cosine ? $"{cosine:0.000}" : "",
            ]
            : kept;
    }

    private static string Percent(double? share) =>
        share is { } value ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.0}%") : "";
}
