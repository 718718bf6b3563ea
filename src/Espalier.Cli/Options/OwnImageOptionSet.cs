using System.CommandLine;
using Espalier.Data;
using Espalier.Images;

namespace Espalier.Cli.Options;

/// <summary>Options of images that a user brings: how they become images of one size, and which of them are for testing.</summary>
internal sealed class OwnImageOptionSet
{
    private static readonly OwnImageOptions s_usual = new();

    private readonly Option<string?> _size = new("--image-size")
    {
        Description = "Of folder: the size that images are brought to, such as 64 or 48x64 (rows, columns); default: as they all are.",
    };

    private readonly Option<string> _resize = new("--resize")
    {
        Description = "Of folder: crop (resize by the shorter side, then cut out the middle) or stretch.",
        DefaultValueFactory = _ => "crop",
    };

    private readonly Option<int> _channels = new("--channels")
    {
        Description = "Of folder: 3 for colour, 1 for grey.",
        DefaultValueFactory = _ => s_usual.Channels,
    };

    private readonly Option<double> _share = new("--test-share")
    {
        Description = "Share of each class that becomes test images where the folder or file has none apart.",
        DefaultValueFactory = _ => s_usual.TestShare,
    };

    private readonly Option<long> _seed = new("--split-seed")
    {
        Description = "Decides which images these are; the same for all networks that are compared.",
        DefaultValueFactory = _ => s_usual.SplitSeed,
    };

    public OwnImageOptionSet() => _resize.AcceptOnlyFromAmong("crop", "stretch");

    public IReadOnlyList<Option> All => [_size, _resize, _channels, _share, _seed];

    /// <summary>Opens a user's own images; null where a name is another data set's, for which these options mean nothing.</summary>
    public DataSet? Open(ParseResult parsed, string name)
    {
        if (!OwnImages.Are(name))
            foreach (Option option in All)
                Given.Refuse(parsed, option, $"means nothing for {name}: it is for images of your own, such as folder:DIR");
        if (!OwnImages.Are(name))
            return null;
        if (OwnImages.AreArrays(name))
            foreach (Option option in new Option[] { _size, _resize, _channels })
                Given.Refuse(parsed, option, "means nothing for arrays, which have their size and channels: it is for folder:DIR");
        return OwnImages.Open(
            name,
            new OwnImageOptions
            {
                Size = Size(parsed.GetValue(_size)),
                Stretch = parsed.GetValue(_resize) == "stretch",
                Channels = parsed.GetValue(_channels),
                TestShare = parsed.GetValue(_share),
                SplitSeed = parsed.GetValue(_seed),
            },
            new ImageDecoder()
        );
    }

    private static (int, int)? Size(string? text)
    {
        if (text is null)
            return null;
        string[] sides = text.Split('x');
        if (sides.Length > 2 || !PlainNumber.TryParse(sides[0], out int height) || !PlainNumber.TryParse(sides[^1], out int width))
            throw new InputException($"The image size '{text}' is none; expected one number of pixels, or rows and columns such as 48x64.");
        return (height, width);
    }
}
