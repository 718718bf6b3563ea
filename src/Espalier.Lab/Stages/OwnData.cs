using System.Text.Json.Serialization;
using Espalier.Data;

namespace Espalier.Lab.Stages;

/// <summary>
/// A user's own images in a grid: how files become images, and what identifies them once they were looked at; never where they lie.
/// </summary>
public sealed record OwnData
{
    /// <summary>Crop and stretch, as <see cref="Resize"/> spells them.</summary>
    public const string Crop = "crop",
        Stretch = "stretch";

    private static readonly OwnImageOptions s_usual = new();

    /// <summary>
    /// Pixels that images are brought to, such as <c>64</c> or <c>48x64</c> (rows, columns); null where all have one size.
    /// </summary>
    public string? Size { get; init; }

    /// <summary><c>crop</c> or <c>stretch</c>.</summary>
    public string Resize { get; init; } = Crop;

    /// <summary>Pixels that the shorter side becomes before the middle is cut out; null for the usual ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ResizeTo { get; init; }

    /// <summary>Whether damaged images are named and replaced; null for what is usual: of ImageNet they are, others are refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SkipsDamaged { get; init; }

    /// <summary>Whether large JPEG files are decoded at a fraction of their size: faster, and to slightly other pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ScaledDecoding { get; init; }

    /// <summary>3 for colour, 1 for grey.</summary>
    public int Channels { get; init; } = s_usual.Channels;

    /// <summary>Share of every class that becomes test images where none lie apart.</summary>
    public double TestShare { get; init; } = s_usual.TestShare;

    /// <summary>Decides which images these are.</summary>
    public long SplitSeed { get; init; } = s_usual.SplitSeed;

    /// <summary>Only this many test images, the first ones; null for all.</summary>
    public int? TestImages { get; init; }

    /// <summary>What identifies the images; null until they were looked at.</summary>
    public OwnDataFacts? Facts { get; init; }

    /// <summary>How files become images.</summary>
    /// <exception cref="InputException">A text is no size, or a value is impossible.</exception>
    public OwnImageOptions Options() =>
        new OwnImageOptions
        {
            Size = Size is null ? null : OwnImageOptions.ParseSize(Size),
            Stretch = Resize switch
            {
                Crop => false,
                Stretch => true,
                _ => throw Nearest.Unknown("way to resize", Resize, [Crop, Stretch]),
            },
            ResizeTo = ResizeTo,
            SkipsDamaged = SkipsDamaged,
            ScaledDecoding = ScaledDecoding,
            Channels = Channels,
            TestShare = TestShare,
            SplitSeed = SplitSeed,
        }.Validated();

    /// <summary>Opens the images, and holds them to what identifies them.</summary>
    /// <param name="place">Where they lie now.</param>
    /// <param name="title">What the run calls them.</param>
    /// <exception cref="InputException">They are missing or damaged, or not those that the run was made of.</exception>
    public DataSet Open(ImagePlace place, string title)
    {
        DataSet set = OwnImages.Open(place.Name, Options() with { MostInMemory = place.MostInMemory, Note = place.Note }, place.Decoder);
        if (TestImages is { } count)
            set = set with { Test = set.Test.Take(count) };
        Facts?.MustBeOf(set, place.Name, title);
        return set;
    }
}
