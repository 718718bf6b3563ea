using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Files;
using Espalier.Pruning;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier transplant</c>: moves a mask to another network.</summary>
internal static class TransplantCommand
{
    private const string MaskName = TrainingFolder.MaskName,
        StartName = "start.safetensors";

    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        Argument<string> mask = new("mask")
        {
            Description = "A's mask: safetensors or a PyTorch checkpoint, also _mask arrays beside weights.",
        };
        Option<string?> permutation = new("--permutation", "-p") { Description = "π; left out, the mask is taken as it is (naive)." };
        Option<string> start = new("--start")
        {
            Description = "B's weights to start from; of other tools' files, --model says what they are of.",
            Required = true,
        };
        Option<string> folder = new("--out", "-o")
        {
            Description = "Gets mask.safetensors, π(m), and start.safetensors, B's weights with that mask.",
            Required = true,
        };
        var command = new Command(
            "transplant",
            """
            Permute A's mask for network B, and write it with B's masked start.

            Example: espalier transplant runs/A.prune/sparsity-0.95/mask.safetensors -p runs/match/permutation.safetensors \
              --start runs/B/epoch-0002.safetensors --out runs/start
            """
        )
        {
            mask,
            permutation,
            start,
            folder,
        };
        foreach (Option option in (Option[])[.. data.OfModel, run.Json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            string place = parsed.GetValue(folder)!,
                maskPath = Path.Combine(place, MaskName),
                startPath = Path.Combine(place, StartName);
            using WeightSet weights = WeightsFile.Read(
                parsed.GetValue(start)!,
                data.BuildIfNamed(parsed, parsed.GetValue(start)!),
                output.Notes
            );
            using Mask given = MaskFile.Read(parsed.GetValue(mask)!, weights.Network, output.Notes);
            Permutation? moves = parsed.GetValue(permutation) is { } path ? PermutationFile.ReadMove(path, weights.Network) : null;
            using Mask moved = moves?.Apply(given) ?? given.Copy();
            using WeightSet masked = weights.Masked(moved);
            using FolderLock held = FolderLock.Take(place);
            FolderOrigin origin = OriginOf(place, weights, given, moves);
            origin.MustMatch([MaskName, StartName]);
            if (File.Exists(maskPath) && File.Exists(startPath))
                output.Note($"'{place}' holds this start and mask already; nothing was done");
            else
            {
                origin.Keep();
                MaskFile.Write(maskPath, moved);
                WeightsFile.Write(startPath, masked);
            }
            if (moves is { IsSymmetry: false })
                output.Note($"the permutation is {Certificate.NoSymmetry}; every array keeps as many weights as before");
            MaskPaths paths = MaskPaths.Of(moved);
            if (paths.Warning is { } warning)
                output.Note(warning);
            if (parsed.GetValue(run.Json))
                output.Json(
                    new
                    {
                        Mask = maskPath,
                        Start = startPath,
                        moved.Sparsity,
                        moved.KeptCount,
                        paths.EffectiveSparsity,
                        paths.CollapsedLayers,
                        paths.UnreachedClasses,
                    }
                );
            else
                output.Line(
                    $"{moved.KeptCount} of {moved.PrunableCount} prunable weights kept, sparsity {Share.Percent(moved.Sparsity)}%; "
                        + $"{maskPath}, {startPath}"
                );
        });
        return command;
    }

    private static FolderOrigin OriginOf(string place, WeightSet start, Mask mask, Permutation? permutation)
    {
        JsonObject facts = new() { ["start"] = Digests.Of(start), ["mask"] = Digests.Of(mask) };
        if (permutation is not null)
            facts["permutation"] = FolderOrigin.Digest(JsonSerializer.SerializeToUtf8Bytes(permutation.Sources));
        return new FolderOrigin(place, "transplant", facts);
    }
}
