using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Images;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Options;

/// <summary>Options of whoever works at a run: where images of one's own lie here. All else of them is said by the run.</summary>
/// <param name="output">Gets a note of every damaged image.</param>
internal sealed class ImagePlaceOptions(Output output)
{
    private readonly Option<string?> _place = new("--images")
    {
        Description = "Where images of your own lie, folder:DIR, imagenet:DIR, packed:FILE or arrays:FILE, for a run of some.",
    };

    private readonly Option<MemoryAmount?> _memory = new(OwnImageOptionSet.MemoryName)
    {
        Description = "The most that images of your own may take in memory, such as 8G; the rest is read as it is needed.",
        CustomParser = MemoryAmount.Parse,
    };

    public IReadOnlyList<Option> All => [_place, _memory];

    /// <summary>As they were given; null for none.</summary>
    /// <exception cref="InputException">It is no name of such images, or there is memory for none.</exception>
    public ImagePlace? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_place) is not { } name)
        {
            Given.Refuse(parsed, _memory, $"means nothing without {_place.Name}");
            return null;
        }
        return OwnImages.Are(name)
            ? new ImagePlace(name, new ImageDecoder()) { MostInMemory = parsed.GetValue(_memory)?.Bytes, Note = output.Note }
            : throw new InputException($"{_place.Name} is '{name}'; expected folder:DIR, imagenet:DIR, packed:FILE or arrays:FILE.");
    }
}
