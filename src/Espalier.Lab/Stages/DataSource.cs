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
    /// <summary>
    /// A user's own images. They are named by their digest, so that a stage is what it is made of, wherever it lies and whatever that place
    /// is called.
    /// </summary>
    /// <param name="title">What reports call them.</param>
    /// <param name="own">They, looked at.</param>
    /// <param name="trainImages">Only this many training images, the first ones; null for all.</param>
    /// <param name="normalization">Constants; null for their own.</param>
    /// <exception cref="InputException">They were not looked at yet.</exception>
    public static DataSource Of(string title, OwnData own, int? trainImages, string? normalization) =>
        own.Facts is { } facts
            ? new DataSource($"images:{facts.Digest}", trainImages, normalization) { Own = own, Title = title }
            : throw new InputException($"'{title}' must be looked at before anything is planned of it: run it, or plan it, where it lies.");

    /// <summary>A user's own images; null of those known by their name.</summary>
    [JsonIgnore]
    public OwnData? Own { get; private init; }

    [JsonIgnore]
    private string? Title { get; init; }

    /// <summary>What is known without opening it.</summary>
    [JsonIgnore]
    public DataSetFacts Facts => Own?.Facts is { } facts ? facts.As(Title!) : DataSetFacts.Of(Name);

    /// <summary>Training images of an epoch, as planned.</summary>
    [JsonIgnore]
    public int ImagesPerEpoch => Math.Min(TrainImages ?? int.MaxValue, Facts.TrainImages);

    /// <summary>Such as <c>cifar10, 5000 training images</c>.</summary>
    public override string ToString() =>
        (Own?.Facts is { } facts ? $"images {facts.Digest[..12]}" : Name)
        + (TrainImages is { } count ? $", {count} training images" : "")
        + (Normalization is null ? "" : $", normalised by {Normalization}");

    /// <summary>Opens it.</summary>
    /// <param name="folder">Where data sets are looked for; null for the usual place.</param>
    /// <param name="place">Where a user's own images lie; null where they are none.</param>
    /// <exception cref="InputException">Files are missing or damaged, the images are of another size than planned with, or there are fewer
    /// than asked for.</exception>
    public DataSet Open(string? folder, ImagePlace? place = null)
    {
        DataSet set =
            Own is null ? DataSets.Open(Name, folder)
            : place is not null ? Own.Open(place, Title!)
            : throw new InputException(
                $"Where the images '{Title}' ({Own.Facts}) lie is not said: name the place with --dataset, as folder:DIR or arrays:FILE."
            );
        Shape found = Shape.Maps(set.Train.Channels, set.Train.Height, set.Train.Width);
        if (found != Facts.ImageShape)
            throw new InputException($"The images of {Name} there are {found}; a grid's networks are made for {Facts.ImageShape}.");
        if (Normalization is { } constants)
            set = set with { Normalization = Data.Normalization.Parse(constants) };
        return TrainImages is { } count ? set with { Train = set.Train.Take(count) } : set;
    }
}
