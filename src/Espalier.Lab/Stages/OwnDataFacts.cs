using System.Text.Json.Serialization;
using Espalier.Data;
using Espalier.Networks;

namespace Espalier.Lab.Stages;

/// <summary>What identifies a user's own images, and what a plan and a report need to know of them.</summary>
/// <param name="Digest">That of the data set: images, labels and constants.</param>
/// <param name="Classes">Names of the classes.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="TrainImages">Training images.</param>
/// <param name="TestImages">Test images.</param>
/// <param name="Normalization">Constants of the training images, as <see cref="Data.Normalization.Parse"/> takes them.</param>
public sealed record OwnDataFacts(
    string Digest,
    IReadOnlyList<string> Classes,
    int Channels,
    int Height,
    int Width,
    int TrainImages,
    int TestImages,
    string Normalization
)
{
    private const int DigestLength = 64;

    /// <summary>Of images that are open.</summary>
    public static OwnDataFacts Of(DataSet set) =>
        new(
            set.Digest,
            set.Train.Classes,
            set.Train.Channels,
            set.Train.Height,
            set.Train.Width,
            set.Train.Count,
            set.Test.Count,
            $"{set.Normalization}"
        )
        {
            Packing = set.Packing,
        };

    /// <inheritdoc cref="DataSet.Packing"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Packing { get; init; }

    /// <summary>ImageNet's name at this size, where these are all its images; null where they are others.</summary>
    internal string? ImageNetName => ImageNet.Whole(Classes.Count, TrainImages, TestImages, Shape.Maps(Channels, Height, Width));

    /// <summary>The same as of a data set that is known by its name.</summary>
    /// <param name="title">What reports call it.</param>
    /// <exception cref="InputException">A number or the digest is impossible.</exception>
    public DataSetFacts As(string title)
    {
        if (
            Digest.Length != DigestLength
            || !Digest.All(char.IsAsciiHexDigitLower)
            || Classes.Count < 1
            || new[] { Channels, Height, Width, TrainImages, TestImages }.Any(number => number < 1)
        )
            throw new InputException($"What the grid says of the images '{title}' is no whole description of them: leave 'facts' out.");
        return new DataSetFacts(title, Shape.Maps(Channels, Height, Width), Classes.Count, TrainImages, TestImages);
    }

    /// <summary>Refuses other images.</summary>
    /// <param name="set">Those at hand.</param>
    /// <param name="place">Where they lie.</param>
    /// <param name="title">What the run calls its own.</param>
    /// <exception cref="InputException">They are others: the sentence has both digests.</exception>
    public void MustBeOf(DataSet set, string place, string title)
    {
        if (set.Digest != Digest)
            throw Other(Of(set), place, title);
    }

    /// <summary>What is said of other images than these.</summary>
    /// <param name="now">Those at hand.</param>
    /// <param name="place">Where they lie.</param>
    /// <param name="title">What the run calls its own.</param>
    public InputException Other(OwnDataFacts now, string place, string title) =>
        new(
            $"The images of {place} ({now}) are not those that the run was made of, '{title}' ({this}): "
                + "give it those, or give the new ones a run of their own with --out."
        );

    /// <summary>Such as <c>27 training and 9 test images 16x16x3 of 3 classes, digest 0123456789ab</c>.</summary>
    public override string ToString() =>
        $"{TrainImages} training and {TestImages} test images {Height}x{Width}x{Channels} of {Classes.Count} classes, "
        + $"digest {Digest[..12]}";

    /// <summary>Equal where the images are.</summary>
    public bool Equals(OwnDataFacts? other) => other?.Digest == Digest;

    /// <inheritdoc/>
    public override int GetHashCode() => Digest.GetHashCode(StringComparison.Ordinal);
}
