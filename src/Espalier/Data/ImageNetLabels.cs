using Espalier.Files;

namespace Espalier.Data;

/// <summary>
/// The classes of test images that lie flat in <c>val</c>: from a <c>val.txt</c> with a line an image, or from the development kit that
/// comes with ILSVRC 2012.
/// </summary>
internal static class ImageNetLabels
{
    private const string ListName = "val.txt";

    /// <summary>Gives images their labels.</summary>
    /// <param name="folder">Holds the list or the kit.</param>
    /// <param name="val">Holds the images, and may hold the list.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="images">They, in the order of their names.</param>
    /// <exception cref="InputException">Nothing says what they are, or it does not match the images.</exception>
    public static ListedFile[] Of(string folder, string val, string[] classes, ListedFile[] images)
    {
        string? list = new[] { folder, val }.Select(place => Path.Combine(place, ListName)).FirstOrDefault(File.Exists);
        string source = list ?? DevelopmentKit.TruthIn(folder);
        if (list is null && !File.Exists(source))
            throw new InputException(
                $"'{val}' has no folder a class, and '{folder}' neither a '{ListName}' nor '{DevelopmentKit.FolderName}', which say "
                    + "what its images are."
            );
        var labels = classes.Index().ToDictionary(one => one.Item, one => one.Index, StringComparer.Ordinal);
        Dictionary<string, int> byName = list is null ? DevelopmentKit.Read(folder, labels) : Listed(list, labels);
        if (images.FirstOrDefault(image => !byName.ContainsKey(image.Name)) is { Name: { } unnamed })
            throw new InputException($"'{source}' does not say of what class '{unnamed}' is, which lies in '{val}'.");
        if (images.Length != byName.Count)
            throw new InputException($"'{source}' names {Counted.Of(byName.Count, "image")}, and '{val}' holds {images.Length}.");
        bool[] there = new bool[classes.Length];
        foreach (int label in byName.Values)
            there[label] = true;
        return Array.IndexOf(there, false) is >= 0 and var lacking
            ? throw new InputException($"'{source}' names no image of '{classes[lacking]}', which is a class of the training images.")
            : [.. images.Select(image => image with { Label = byName[image.Name] })];
    }

    /// <summary>A line an image: its name, and its class as a folder's name or as a number from 0 in the order of those names.</summary>
    private static Dictionary<string, int> Listed(string list, Dictionary<string, int> labels)
    {
        Dictionary<string, int> byName = new(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(list).Where(line => line.Trim().Length > 0))
        {
            string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            int label =
                words.Length != 2 ? -1
                : labels.TryGetValue(words[1], out int at) ? at
                : PlainNumber.TryParse(words[1], out int number) && number < labels.Count ? number
                : -1;
            if (label < 0 || !byName.TryAdd(words[0], label))
                throw new InputException(
                    $"'{list}' has the line '{FileFaults.Shorten(line)}'; expected an image's name, once, and its class."
                );
        }
        return byName;
    }
}
