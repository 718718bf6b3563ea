using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Images;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Options;

/// <summary>Options of images that a user brings: how they become images of one size, and which of them are for testing.</summary>
internal sealed class OwnImageOptionSet
{
    private static readonly OwnImageOptions s_usual = new();
    private readonly Output _output;

    private readonly Option<string?> _size = new("--image-size")
    {
        Description = "Of folder: the size that images are brought to, such as 64 or 48x64 (rows, columns); default: as they all are.",
    };

    private readonly Option<string> _resize = new("--resize")
    {
        Description = "Of folder: crop (resize by the shorter side, then cut out the middle) or stretch.",
        DefaultValueFactory = _ => OwnData.Crop,
    };

    private const string Refuse = "refuse",
        Skip = "skip";

    private readonly Option<int?> _resizeTo = new("--resize-to")
    {
        Description =
            "Of folder and imagenet: what the shorter side is resized to before the middle is cut out; default: the size, for imagenet "
            + "8/7 of it (256 for 224).",
    };

    private readonly Option<string?> _damaged = new("--damaged")
    {
        Description =
            "Of folder and imagenet: refuse damaged images, or skip them: each is named once, and the next of its class takes its place; "
            + "default: refuse, for imagenet skip.",
    };

    private const string Exact = "exact",
        Scaled = "scaled";

    private readonly Option<string?> _decode = new("--decode")
    {
        Description =
            "Of folder and imagenet: exact (the default), or scaled: JPEG files much larger than needed are decoded at a half, "
            + "a quarter or an eighth of their size, faster and to slightly other pixels.",
    };

    private readonly Option<int> _channels = new("--channels")
    {
        Description = "Of folder: 3 for colour, 1 for grey.",
        DefaultValueFactory = _ => s_usual.Channels,
    };

    /// <summary>Another name of <see cref="TestShareName"/>.</summary>
    public const string SplitName = "--split";

    /// <summary>The share of each class that becomes test images.</summary>
    public const string TestShareName = "--test-share";

    private readonly Option<double> _share = new(TestShareName, SplitName)
    {
        Description = "Share of each class that becomes test images where the folder or file has none apart.",
        DefaultValueFactory = _ => s_usual.TestShare,
    };

    private readonly Option<long> _seed = new("--split-seed")
    {
        Description = "Decides which images these are; the same for all networks that are compared.",
        DefaultValueFactory = _ => s_usual.SplitSeed,
    };

    private readonly Option<MemoryAmount?> _memory = new(MemoryName)
    {
        Description =
            "Of folder: memory that decoded images may take in each process, such as 500MB or 4GB; those that take more are decoded again "
            + "whenever they are needed, to the same bits. Default: half of what is free.",
        CustomParser = MemoryAmount.Parse,
    };

    /// <summary>Decides of no number.</summary>
    public const string MemoryName = "--images-in-memory";

    /// <summary>The options of a command.</summary>
    /// <param name="output">Gets a note of every damaged image.</param>
    public OwnImageOptionSet(Output output)
    {
        _output = output;
        _resize.AcceptOnlyFromAmong(OwnData.Crop, OwnData.Stretch);
        _damaged.AcceptOnlyFromAmong(Refuse, Skip);
        _decode.AcceptOnlyFromAmong(Exact, Scaled);
    }

    public IReadOnlyList<Option> All => [_size, _resize, _resizeTo, _damaged, _decode, _channels, _share, _seed, _memory];

    /// <summary>Opens a user's own images; null where a name is another data set's, for which these options mean nothing.</summary>
    public DataSet? Open(ParseResult parsed, string name)
    {
        MustAct(parsed, name);
        if (!OwnImages.Are(name))
            return null;
        return OwnImages.Open(
            name,
            Of(parsed, name, null).Options() with
            {
                MostInMemory = parsed.GetValue(_memory)?.Bytes,
                Note = _output.Note,
            },
            new ImageDecoder()
        );
    }

    /// <summary>What a grid says of a user's own images, changed by what the command line says.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">The images that the grid is of now.</param>
    /// <param name="given">What the grid's file says; null for nothing.</param>
    public OwnData Of(ParseResult parsed, string name, OwnData? given)
    {
        MustAct(parsed, name);
        OwnData own = given ?? new OwnData();
        return own with
        {
            Size = parsed.GetValue(_size) ?? own.Size,
            Resize = Given.Is(parsed, _resize) ? parsed.GetValue(_resize)! : own.Resize,
            ResizeTo = parsed.GetValue(_resizeTo) ?? own.ResizeTo,
            SkipsDamaged = parsed.GetValue(_damaged) is { } damaged ? damaged == Skip : own.SkipsDamaged,
            ScaledDecoding = parsed.GetValue(_decode) is { } decode ? decode == Scaled : own.ScaledDecoding,
            Channels = Given.Is(parsed, _channels) ? parsed.GetValue(_channels) : own.Channels,
            TestShare = Given.Is(parsed, _share) ? parsed.GetValue(_share) : own.TestShare,
            SplitSeed = Given.Is(parsed, _seed) ? parsed.GetValue(_seed) : own.SplitSeed,
        };
    }

    /// <summary>Where images lie, and how much of them a process may hold.</summary>
    public ImagePlace PlaceOf(ParseResult parsed, string name) =>
        new(name, new ImageDecoder()) { MostInMemory = parsed.GetValue(_memory)?.Bytes, Note = _output.Note };

    /// <summary>A name such as <c>folder:DIR</c> with another path after its colon.</summary>
    internal static string At(string name, Func<string, string> path) =>
        $"{name[..(name.IndexOf(':') + 1)]}{path(name[(name.IndexOf(':') + 1)..])}";

    /// <summary>Refuses options that mean nothing for some images.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">The images.</param>
    /// <exception cref="InputException">One was given.</exception>
    public void MustAct(ParseResult parsed, string name)
    {
        if (!OwnImages.Are(name))
            foreach (Option option in All)
                Given.Refuse(parsed, option, $"means nothing for {name}: it is for images of your own, such as folder:DIR");
        if (OwnImages.AreArrays(name))
            foreach (Option option in new Option[] { _size, _resize, _resizeTo, _damaged, _decode, _channels, _memory })
                Given.Refuse(parsed, option, "means nothing for arrays, which have their size and channels: it is for folder:DIR");
    }
}
