using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Stages;
using Espalier.Networks;
using Espalier.Symmetry;
using TorchSharp;

namespace Espalier.Cli.Options;

/// <summary>Options of commands that measure between networks: which are aligned first, on how many points and images.</summary>
internal sealed class StudyOptionSet
{
    private static readonly StudyOptions s_usual = new();

    public Option<string?> Permutation { get; } =
        new("--permutation", "-p") { Description = "π, applied to the first network (of a plane: to the third) before anything else." };

    public Option<bool> Inverse { get; } = new("--inverse") { Description = "Apply π⁻¹ instead: from B back to A." };

    public Option<int> Points { get; } =
        new("--points")
        {
            Description = "Evenly spaced points of a curve, ½ always among them; columns and rows of a plane.",
            DefaultValueFactory = _ => s_usual.Curves.Points,
        };

    public Option<int> Refinements { get; } =
        new("--refinements")
        {
            Description = "How often the steps beside the largest barrier are halved.",
            DefaultValueFactory = _ => s_usual.Curves.Refinements,
        };

    public Option<int> Statistics { get; } =
        new("--statistics-images")
        {
            Description = "Training images on which batch-norm statistics and units are measured.",
            DefaultValueFactory = _ => s_usual.StatisticsImages,
        };

    public Option<int?> Images { get; } =
        new("--images") { Description = "Evaluate on this many images of each set, the first ones; default: all." };

    public Option<double> Margin { get; } =
        new("--margin")
        {
            Description = "Around the three networks, as a share of their extent.",
            DefaultValueFactory = _ => s_usual.PlaneMargin,
        };

    /// <summary>Adds what every such command takes, and what is its own.</summary>
    public void AddTo(Command command, params Option[] own)
    {
        foreach (Option option in (Option[])[Permutation, Inverse, .. own, Statistics, Images])
            command.Options.Add(option);
    }

    /// <summary>As given; what a command does not take is as usual.</summary>
    public StudyOptions Read(ParseResult parsed)
    {
        if (!Given.Is(parsed, Permutation))
            Given.Refuse(parsed, Inverse, $"inverts nothing without {Permutation.Name}");
        T Taken<T>(Option<T> option, T usual) => parsed.CommandResult.Command.Options.Contains(option) ? parsed.GetValue(option)! : usual;
        return new StudyOptions
        {
            Curves = s_usual.Curves with
            {
                Points = Taken(Points, s_usual.Curves.Points),
                Refinements = Taken(Refinements, s_usual.Curves.Refinements),
            },
            StatisticsImages = parsed.GetValue(Statistics),
            Images = parsed.GetValue(Images),
            PlanePoints = Taken(Points, s_usual.PlanePoints),
            PlaneMargin = Taken(Margin, s_usual.PlaneMargin),
        }.Validated();
    }

    /// <summary>Refuses images to correct on where nothing is corrected.</summary>
    public void MustCorrect(ParseResult parsed, IEnumerable<Correction> corrections)
    {
        if (corrections.All(correction => correction == Correction.None))
            Given.Refuse(parsed, Statistics, "counts images to correct on, and nothing is corrected");
    }

    /// <summary>
    /// The networks of a command's arguments; the one at <paramref name="moved"/> is moved through weight symmetry if that was asked for.
    /// </summary>
    public GivenNetworks Open(ParseResult parsed, DataOptions data, DataSet set, IReadOnlyList<string> paths, int moved, Output output)
    {
        var networks = new GivenNetworks(paths, (path, like) => data.Read(parsed, set, path, output, like));
        try
        {
            if (parsed.GetValue(Permutation) is not { } file)
                return networks;
            Permutation permutation = PermutationFile.Read(file, networks.Network);
            networks.Move(moved, parsed.GetValue(Inverse) ? permutation.Inverse() : permutation);
            return networks;
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    /// <summary>The images of a study; a note where those for unit statistics are few for the network.</summary>
    public static StudyImages ImagesOf(StudyOptions options, DataSet set, torch.Device device, Network network, Output output)
    {
        if (UnitStatistics.Shortage(network, Math.Min(options.StatisticsImages, set.Train.Count)) is { } shortage)
            output.Notes.Report(shortage);
        return new StudyImages(set, device, options);
    }
}
