using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Experiments.Recipes;
using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;
using TorchSharp;

namespace Espalier.Cli.Options;

/// <summary>Options of commands that measure between networks: which are aligned first, on how many points and images.</summary>
internal sealed class StudyOptionSet
{
    public Option<string?> Permutation { get; } = new("--permutation", "-p") { Description = "π, applied to the first network (of a plane: to the third) before anything else." };

    public Option<bool> Inverse { get; } = new("--inverse") { Description = "Apply π⁻¹ instead: from B back to A." };

    public Option<int> Points { get; } = new("--points") { Description = "Evenly spaced points of a curve, ½ always among them; columns and rows of a plane.", DefaultValueFactory = _ => 25 };

    public Option<int> Refinements { get; } = new("--refinements") { Description = "How often the steps beside the largest barrier are halved.", DefaultValueFactory = _ => 3 };

    public Option<int> Statistics { get; } = new("--statistics-images") { Description = "Training images on which batch-norm statistics and units are measured.", DefaultValueFactory = _ => StatisticsImages.UsualCount };

    public Option<int?> Images { get; } = new("--images") { Description = "Evaluate on this many images of each set, the first ones; default: all." };

    public Option<double> Margin { get; } = new("--margin") { Description = "Around the three networks, as a share of their extent.", DefaultValueFactory = _ => 0.2 };

    public StudyOptions Read(ParseResult parsed) => new StudyOptions(Count(parsed, Points, 25), Count(parsed, Refinements, 3), parsed.GetValue(Statistics), parsed.GetValue(Images), Count(parsed, Points, 25),
        parsed.CommandResult.Command.Options.Contains(Margin) ? parsed.GetValue(Margin) : 0).Validated();

    /// <summary>The networks of a command's arguments; the one at <paramref name="moved"/> is moved through weight symmetry if that was asked for. The caller disposes them.</summary>
    public IReadOnlyList<WeightSet> Open(ParseResult parsed, DataOptions data, DataSet set, IReadOnlyList<string> paths, int moved)
    {
        var networks = new List<WeightSet>();
        foreach (string path in paths) networks.Add(WeightsFile.Read(path, networks.Count > 0 ? networks[0].Network : data.BuildIfNamed(parsed, set)));
        if (parsed.GetValue(Permutation) is { } file)
        {
            Permutation permutation = PermutationFile.Read(file, networks[moved].Network);
            using WeightSet before = networks[moved];
            networks[moved] = (parsed.GetValue(Inverse) ? permutation.Inverse() : permutation).Apply(before);
        }
        return networks;
    }

    /// <summary>Plain images of a set, float32.</summary>
    public BatchSource Plain(ParseResult parsed, DataSet set, ImageSet images, torch.Device device) =>
        new(parsed.GetValue(Images) is { } count ? images.Take(Math.Min(count, images.Count)) : images, set.Normalization, Augmentation.None, device, Precision.Float32.ToScalarType());

    /// <summary>Images for unit statistics; a note where they are few for the network.</summary>
    public StatisticsImages StatisticsOf(ParseResult parsed, DataSet set, torch.Device device, Network network, Output output)
    {
        if (UnitStatistics.Shortage(network, Math.Min(parsed.GetValue(Statistics), set.Train.Count)) is { } shortage) output.Err.WriteLine($"note: {shortage}");
        using var source = new BatchSource(set.Train, set.Normalization, Augmentation.None, device, Precision.Float32.ToScalarType());
        return new StatisticsImages(source, Math.Min(parsed.GetValue(Statistics), set.Train.Count));
    }

    private static int Count(ParseResult parsed, Option<int> option, int otherwise) => parsed.CommandResult.Command.Options.Contains(option) ? parsed.GetValue(option) : otherwise;
}
