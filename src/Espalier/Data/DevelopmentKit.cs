using System.Globalization;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>
/// What ILSVRC 2012's development kit says of its test images: <c>meta.mat</c> numbers the classes, and a text file has such a number for
/// each image.
/// </summary>
internal static class DevelopmentKit
{
    /// <summary>Its folder, as its archive has it.</summary>
    public const string FolderName = "ILSVRC2012_devkit_t12";

    private const string Structure = "synsets",
        Number = "ILSVRC2012_ID",
        Class = "WNID";

    /// <summary>Where the numbers of the images' classes are.</summary>
    public static string TruthIn(string folder) => Path.Combine(folder, FolderName, "data", "ILSVRC2012_validation_ground_truth.txt");

    /// <summary>The labels of all images by their names.</summary>
    /// <param name="folder">Holds the kit's folder.</param>
    /// <param name="labels">Of the classes of the training images, by their names.</param>
    /// <exception cref="InputException">The kit is damaged, or knows other classes.</exception>
    public static Dictionary<string, int> Read(string folder, Dictionary<string, int> labels)
    {
        string truth = TruthIn(folder),
            meta = Path.Combine(Path.GetDirectoryName(truth)!, "meta.mat");
        Dictionary<string, int> images = new(StringComparer.Ordinal);
        Dictionary<int, string> names = Names(meta);
        int line = 0;
        foreach (string text in File.ReadLines(truth))
        {
            line++;
            if (!PlainNumber.TryParse(text.Trim(), out int number) || !names.TryGetValue(number, out string? name))
                throw new InputException(
                    $"'{truth}' has '{FileFaults.Shorten(text)}' in line {line}; expected the number of a class of '{meta}'."
                );
            if (!labels.TryGetValue(name, out int label))
                throw new InputException(
                    $"'{truth}' has the class {number} in line {line}, '{FileFaults.Shorten(name)}', which is no folder of the training "
                        + "images."
                );
            images.Add(string.Create(CultureInfo.InvariantCulture, $"ILSVRC2012_val_{line:00000000}.JPEG"), label);
        }
        return images;
    }

    private static Dictionary<int, string> Names(string meta)
    {
        Dictionary<int, string> names = [];
        foreach (IReadOnlyDictionary<string, string> synset in MatFile.ReadStructures(meta, Structure))
            if (
                !synset.TryGetValue(Number, out string? number)
                || !synset.TryGetValue(Class, out string? name)
                || !PlainNumber.TryParse(number, out int parsed)
                || !names.TryAdd(parsed, name)
            )
                throw new InputException($"'{meta}' has a class without a number of its own and a name; expected {Number} and {Class}.");
        return names;
    }
}
