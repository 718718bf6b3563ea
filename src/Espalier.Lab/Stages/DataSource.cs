using System.Text.Json.Serialization;
using Espalier.Data;
using Espalier.Networks;

namespace Espalier.Lab.Stages;

/// <summary>Which images, named so that a plan needs none of them: where they lie is the runner's business.</summary>
/// <param name="Name">Name of the data set.</param>
/// <param name="TrainImages">Only this many training images, the first ones; null for all.</param>
/// <param name="Normalization">Constants as <see cref="Data.Normalization.Parse"/> takes them; null for the data set's own.</param>
public sealed record DataSource(string Name, int? TrainImages = null, string? Normalization = null)
{
    /// <summary>What is known without opening it.</summary>
    [JsonIgnore]
    public DataSetFacts Facts => DataSetFacts.Of(Name);

    /// <summary>Training images of an epoch, as planned.</summary>
    [JsonIgnore]
    public int ImagesPerEpoch => Math.Min(TrainImages ?? int.MaxValue, Facts.TrainImages);

    /// <summary>Such as <c>cifar10, 5000 training images</c>.</summary>
    public override string ToString() =>
        Name
        + (TrainImages is { } count ? $", {count} training images" : "")
        + (Normalization is null ? "" : $", normalised by {Normalization}");

    /// <summary>Opens it.</summary>
    /// <param name="folder">Where data sets are looked for; null for the usual place.</param>
    /// <exception cref="InputException">Files are missing or damaged, the images are of another size than planned with, or there are fewer
    /// than asked for.</exception>
    public DataSet Open(string? folder)
    {
        DataSet set = DataSets.Open(Name, folder);
        Shape found = Shape.Maps(set.Train.Channels, set.Train.Height, set.Train.Width);
        if (found != Facts.ImageShape)
            throw new InputException($"The images of {Name} there are {found}; a grid's networks are made for {Facts.ImageShape}.");
        if (Normalization is { } constants)
            set = set with { Normalization = Data.Normalization.Parse(constants) };
        return TrainImages is { } count ? set with { Train = set.Train.Take(count) } : set;
    }
}
