using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Networks;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Options;

/// <summary>Options that choose images and a network for them.</summary>
/// <param name="output">Gets a note of every damaged image.</param>
internal sealed class DataOptions(Output output)
{
    public Option<string> DataSet { get; } =
        new("--dataset")
        {
            Description =
                $"Images: {string.Join(", ", DataSets.Names)}; folder:DIR with a folder of JPEG, PNG, WebP or BMP files a class; "
                + "imagenet:DIR in ImageNet's layout; packed:FILE of 'data pack'; arrays:FILE with images and labels (.npz, safetensors).",
            DefaultValueFactory = _ => DataSets.Embedded,
        };

    public OwnImageOptionSet Own { get; } = new(output);

    public Option<string?> Folder { get; } =
        new("--data") { Description = "Folder (or archive) of the official files; default: the environment's ESPALIER_DATA, else ./data." };

    public Option<string?> Normalization { get; } =
        new("--normalization")
        {
            Description =
                "Name of a data set whose constants to use, or means/deviations such as 0.49,0.48,0.45/0.25,0.24,0.26; default: "
                + "the data set's own.",
        };

    public Option<int?> TrainImages { get; } =
        new("--train-images") { Description = "Use only this many training images, the first ones." };

    public Option<int?> TestImages { get; } = new("--test-images") { Description = "Use only this many test images, the first ones." };

    public Option<string?> Model { get; } =
        new("--model")
        {
            Description =
                "Network: mlp, resnet20, vgg11 or one of torchvision's (docs/networks.md), with options "
                + "(resnet20:width=4,shortcut=conv1x1), or a .json file.",
        };

    public void AddTo(Command command, bool withModel)
    {
        foreach (Option option in (Option[])[DataSet, Folder, Normalization, TrainImages, TestImages, .. Own.All])
            command.Options.Add(option);
        if (withModel)
            command.Options.Add(Model);
    }

    /// <summary>What a command takes that opens no images unless they say what a network looks like.</summary>
    public IEnumerable<Option> OfModel => [Model, DataSet, .. Own.All];

    public DataSet Open(ParseResult parsed)
    {
        if (OwnImages.Are(parsed.GetValue(DataSet)!))
            Given.Refuse(parsed, Folder, $"names a folder of official files, and {parsed.GetValue(DataSet)} is a place itself");
        MustBeRead(parsed, Folder, parsed.GetValue(DataSet)!);
        DataSet set = Own.Open(parsed, parsed.GetValue(DataSet)!) ?? DataSets.Open(parsed.GetValue(DataSet)!, parsed.GetValue(Folder));
        if (parsed.GetValue(Normalization) is { } constants)
            set = set with { Normalization = Data.Normalization.Parse(constants) };
        if (parsed.GetValue(TestImages) is { } tested)
            set = set with { Test = set.Test.Take(tested) };
        return parsed.GetValue(TrainImages) is { } count ? set with { Train = set.Train.Take(count) } : set;
    }

    /// <summary>Refuses a folder of images where none are read from any.</summary>
    /// <exception cref="InputException">It was given with the embedded data set.</exception>
    public static void MustBeRead(ParseResult parsed, Option<string?> folder, string dataSet)
    {
        if (dataSet == DataSets.Embedded)
            Given.Refuse(parsed, folder, $"names a folder of official files, and {DataSets.Embedded} is embedded: give --dataset too");
    }

    /// <summary>
    /// Images of a user's own as networks saw theirs: by the constants that they were trained with, not by those of whatever images they
    /// are given now, unless the command line names others.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="output">Gets a note where constants differ.</param>
    /// <param name="networks">Their files. Those of the first decide, which of others say so where they have their own.</param>
    public DataSet Open(ParseResult parsed, Output output, params IReadOnlyList<string> networks)
    {
        DataSet set = AsTrained(parsed, Open(parsed), networks[0], output);
        foreach (string other in networks.Skip(1))
            if (KeptBy(parsed, set, other) is { } kept)
                output.Note(
                    $"'{other}' was trained with images normalised by {kept}; here it sees them as '{networks[0]}' does, by "
                        + $"{set.Normalization}"
                );
        return set;
    }

    /// <summary>The same of images that are open, for one of several networks that each see them in their own way.</summary>
    public DataSet AsTrained(ParseResult parsed, DataSet set, string path, Output output)
    {
        if (KeptBy(parsed, set, path) is not { } kept)
            return set;
        output.Note($"images are normalised by {kept}, as '{path}' was trained, not by {set.Normalization}, which these images have");
        return set with { Normalization = kept };
    }

    /// <summary>The constants that a network's file keeps; null where they are those of the images already, or mean nothing.</summary>
    private Data.Normalization? KeptBy(ParseResult parsed, DataSet set, string path) =>
        set.IsMeasured
        && parsed.GetValue(Normalization) is null
        && TrainingFacts.Of(path).Normalization is { } kept
        && !kept.Equals(set.Normalization)
        && kept.Mean.Count == set.Train.Channels
            ? kept
            : null;

    public Network Build(ParseResult parsed, DataSet set) =>
        Models.Build(parsed.GetValue(Model) ?? "mlp", ShapeOf(set), set.Train.Classes.Count);

    /// <summary>The named network, or null where the artefact says itself what it is of.</summary>
    public Network? BuildIfNamed(ParseResult parsed, DataSet set) => parsed.GetValue(Model) is null ? null : Build(parsed, set);

    /// <summary>
    /// The same where no images are opened: what is known of the data set is enough, and of torchvision's networks, where none is named,
    /// what they are usually for, with the classes that a file has.
    /// </summary>
    public Network? BuildIfNamed(ParseResult parsed, string path)
    {
        if (OwnImages.Are(parsed.GetValue(DataSet)!))
            return parsed.GetValue(Model) is null ? null : Build(parsed, Own.Open(parsed, parsed.GetValue(DataSet)!)!);
        Own.Open(parsed, parsed.GetValue(DataSet)!); // refuses options that mean nothing
        DataSetFacts facts = DataSetFacts.Of(parsed.GetValue(DataSet)!); // refuses an unknown one, needed or not
        if (parsed.GetValue(Model) is not { } model)
            return null;
        if (parsed.GetResult(DataSet) is not { Implicit: false })
        {
            if (Models.IsFile(model))
                return NetworkJson.ReadFile(model); // which says itself what images it is for
            if (!GivenNetwork.IsSmall(model))
                return OfClassesOf(model, GivenNetwork.ShapeOf(Model.Name, GivenNetwork.UsualImages), GivenNetwork.UsualClasses, path);
        }
        return Models.Build(model, facts.ImageShape, facts.Classes);
    }

    /// <summary>A network given as a file. It takes the data set's images and knows its classes.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="set">Its data set.</param>
    /// <param name="path">The network's file.</param>
    /// <param name="output">Gets a note of what was left out of names.</param>
    /// <param name="like">A network whose graph it must have; null for the one named, or whichever the file says.</param>
    public WeightSet Read(ParseResult parsed, DataSet set, string path, Output output, WeightSet? like = null)
    {
        return Checked(WeightsFile.Read(path, like?.Network ?? BuildIfNamed(parsed, set), output.Notes), set.MustSuit);
    }

    /// <summary>The same where no label is read: it takes the images, and knows classes of its own.</summary>
    public WeightSet ReadUnlabelled(ParseResult parsed, DataSet set, string path, Output output, WeightSet? like = null) =>
        Checked(WeightsFile.Read(path, like?.Network ?? OfClassesOf(parsed, set, path), output.Notes), set.MustBeSeenBy);

    private static WeightSet Checked(WeightSet weights, Action<Network> check)
    {
        try
        {
            check(weights.Network);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>The named network with as many classes as a file's last array has rows.</summary>
    private Network? OfClassesOf(ParseResult parsed, DataSet set, string path)
    {
        if (parsed.GetValue(Model) is not { } model)
            return null;
        if (Models.IsFile(model))
            return NetworkJson.ReadFile(model); // which says itself how many there are
        return OfClassesOf(model, ShapeOf(set), set.Train.Classes.Count, path);
    }

    private static Network OfClassesOf(string model, Shape images, int usual, string path)
    {
        Network network = Models.Build(model, images, usual);
        string last = network.Parameters.Last(p => p.IsWeight).Name;
        return
            WeightsFit.Of(network, path).Arrays.FirstOrDefault(array => array.Name == last)
                is { Kind: ArrayFitKind.OtherShape, Found: [> 0 and < 1 << 24 and var classes, ..] }
            ? Models.Build(model, images, (int)classes)
            : network;
    }

    private static Shape ShapeOf(DataSet set) => Shape.Maps(set.Train.Channels, set.Train.Height, set.Train.Width);
}
