using Espalier.Networks;

namespace Espalier.Data;

/// <summary>What is known of a data set before its files are opened; enough to build a network and to plan.</summary>
/// <param name="Name">The name it is opened by.</param>
/// <param name="ImageShape">Channels, height and width.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="TrainImages">Training images of the official set.</param>
/// <param name="TestImages">Test images of the official set.</param>
public sealed record DataSetFacts(string Name, Shape ImageShape, int Classes, int TrainImages, int TestImages)
{
    private static readonly DataSetFacts[] s_all =
    [
        new(DataSets.Embedded, Shape.Maps(1, 28, 28), 10, 10_000, 10_000),
        new("cifar10", Shape.Maps(3, 32, 32), 10, 50_000, 10_000),
        new("cifar100", Shape.Maps(3, 32, 32), 100, 50_000, 10_000),
        new("mnist", Shape.Maps(1, 28, 28), 10, 60_000, 10_000),
        new("fashion-mnist", Shape.Maps(1, 28, 28), 10, 60_000, 10_000),
        new(ImageNet.Name, Shape.Maps(3, 224, 224), ImageNet.Classes, ImageNet.TrainImages, ImageNet.TestImages),
        new(ImageNet.At160, Shape.Maps(3, 160, 160), ImageNet.Classes, ImageNet.TrainImages, ImageNet.TestImages),
    ];

    /// <summary>The facts of a data set.</summary>
    /// <exception cref="InputException">The name is unknown.</exception>
    public static DataSetFacts Of(string name) =>
        Array.Find(s_all, facts => facts.Name == name)
        ?? throw (
            OwnImages.Are(name)
                ? new InputException($"'{name}' names a place, and what lies there must be looked at before anything is planned of it.")
                : Nearest.Unknown("data set", name, DataSets.Names)
        );
}
