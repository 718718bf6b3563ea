using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier transplant</c>: moves a mask to another network.</summary>
internal static class TransplantCommand
{
    public static Command Create(Output output)
    {
        RunOptions run = new();
        Argument<string> mask = new("mask") { Description = "A's mask (safetensors, or a PyTorch checkpoint with _mask arrays)." };
        Option<string?> permutation = new("--permutation", "-p") { Description = "π; left out, the mask is taken as it is (naive)." };
        Option<string> start = new("--start") { Description = "B's weights to start from.", Required = true };
        Option<string> folder = new("--out", "-o") { Description = "Gets mask.safetensors, π(m), and start.safetensors, B's weights with that mask.", Required = true };
        var command = new Command("transplant", """
            Permute A's mask for network B, and write it with B's masked start.

            Example: espalier transplant runs/A.prune/sparsity-0.95/mask.safetensors -p runs/match/permutation.safetensors --start runs/B/epoch-0002.safetensors --out runs/start
            """) { mask, permutation, start, folder };
        command.Options.Add(run.Json);
        command.SetAction(parsed =>
        {
            using WeightSet weights = WeightsFile.Read(parsed.GetValue(start)!);
            using Mask given = MaskFile.Read(parsed.GetValue(mask)!, weights.Network);
            using Mask moved = parsed.GetValue(permutation) is { } path ? PermutationFile.Read(path, weights.Network).Apply(given) : new Mask(given.Layout, given.Prunable, given.Pruned.clone());
            using WeightSet masked = weights.Masked(moved);
            string maskPath = Path.Combine(parsed.GetValue(folder)!, "mask.safetensors"), startPath = Path.Combine(parsed.GetValue(folder)!, "start.safetensors");
            MaskFile.Write(maskPath, moved);
            WeightsFile.Write(startPath, masked);
            if (parsed.GetValue(run.Json)) output.Json(new { Mask = maskPath, Start = startPath, moved.Sparsity, moved.KeptCount });
            else output.Line($"{moved.KeptCount} of {moved.PrunableCount} prunable weights kept, sparsity {moved.Sparsity:0.##%}; {maskPath}, {startPath}");
        });
        return command;
    }
}
