using Espalier.Files;
using Espalier.Randomness;

namespace Espalier.Data;

/// <summary>The files of a user's images and their classes, from folders; nothing is decoded.</summary>
/// <param name="Classes">Names of the classes: those of the folders, in ordinal order.</param>
/// <param name="Train">Files of training images and their labels.</param>
/// <param name="Test">Those of test images.</param>
internal sealed record ImageFolder(
    IReadOnlyList<string> Classes,
    IReadOnlyList<(string Path, int Label)> Train,
    IReadOnlyList<(string Path, int Label)> Test
)
{
    private const string TrainName = "train",
        Annotations = "val_annotations.txt";
    private static readonly string[] s_testNames = ["val", "valid", "validation", "test"];
    private static readonly string[] s_endings = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];

    /// <summary>Of images that are not read.</summary>
    private static readonly string[] s_foreign = [".gif", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".jxl", ".ppm", ".pgm"];

    /// <summary>
    /// Looks through a folder: <c>train</c> with a folder a class and <c>val</c> or <c>test</c> alike, or a folder a class right in it, of
    /// each of which a share becomes test images. In the layout of Tiny-ImageNet the file <c>val_annotations.txt</c> says what test images
    /// are.
    /// </summary>
    /// <exception cref="InputException">There is no such folder, or its content is another one.</exception>
    public static ImageFolder Of(string folder, OwnImageOptions options)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"There is no folder '{folder}' of images.");
        return FileFaults.Reading(folder, () => Read(folder, options));
    }

    private static ImageFolder Read(string folder, OwnImageOptions options)
    {
        string train = Path.Combine(folder, TrainName);
        if (!Directory.Exists(train))
        {
            (string[] names, (string, int)[] files) = ByClass(folder, null, options.Note);
            (var kept, var drawn) = Split(files, names, folder, options);
            return new ImageFolder(names, kept, drawn);
        }
        string test =
            s_testNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(Directory.Exists)
            ?? throw new InputException(
                $"'{folder}' has a folder '{TrainName}', but none of {string.Join(", ", s_testNames)} for test images."
            );
        (string[] classes, (string, int)[] trained) = ByClass(train, null, options.Note);
        string annotations = Path.Combine(test, Annotations);
        return new ImageFolder(
            classes,
            trained,
            File.Exists(annotations) ? Annotated(test, annotations, classes) : ByClass(test, classes, options.Note).Files
        );
    }

    /// <summary>A folder a class; those of test images may be fewer, but none unknown.</summary>
    private static (string[] Classes, (string Path, int Label)[] Files) ByClass(string folder, string[]? known, Action<string>? note)
    {
        string[] found =
        [
            .. Directory
                .EnumerateDirectories(folder)
                .Select(path => Path.GetFileName(path))
                .Where(name => name[0] != '.')
                .Order(StringComparer.Ordinal),
        ];
        if (known is null && found.Length < 2)
            throw new InputException($"'{folder}' has {Counted.Of(found.Length, "folder")}; expected one for each of two classes or more.");
        if (known is not null && found.FirstOrDefault(name => !known.Contains(name)) is { } stranger)
            throw new InputException($"'{folder}' has a folder '{stranger}', which is no class of the training images.");
        string[] classes = known ?? found;
        string[] absent = [.. classes.Except(found)];
        if (absent.Length > 0)
            note?.Invoke(
                $"'{folder}' has no images of {Counted.Of(absent.Length, "class", "classes")} of the training images, such as "
                    + $"'{absent[0]}': what is tested says nothing of {(absent.Length == 1 ? "it" : "them")}"
            );
        var files = new List<(string, int)>();
        var foreign = new List<string>();
        foreach (string name in found)
        {
            string path = Path.Combine(folder, name);
            string[] all = Directory.GetFiles(path, "*", SearchOption.AllDirectories);
            foreign.AddRange(all.Where(file => s_foreign.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)));
            string[] images = [.. all.Where(IsImage).Order(StringComparer.Ordinal)];
            if (images.Length == 0)
                throw new InputException($"'{path}' holds no image; expected files that end in {string.Join(", ", s_endings)}.");
            files.AddRange(images.Select(image => (image, Array.IndexOf(classes, name))));
        }
        if (foreign.Count > 0)
            note?.Invoke(
                $"{Counted.Of(foreign.Count, "file")} below '{folder}' {(foreign.Count == 1 ? "is" : "are")} left out, such as "
                    + $"'{foreign.Min(StringComparer.Ordinal)}': images read are {string.Join(", ", s_endings)}"
            );
        return (classes, [.. files]);
    }

    /// <summary>Tiny-ImageNet: a line an image with its name and its class.</summary>
    private static (string, int)[] Annotated(string folder, string annotations, string[] classes) =>
        [
            .. File.ReadLines(annotations)
                .Where(line => line.Length > 0)
                .Select(line =>
                {
                    string[] words = line.Split('\t');
                    int label = words.Length < 2 ? -1 : Array.IndexOf(classes, words[1]);
                    if (label < 0 || Path.GetFileName(words[0]) != words[0])
                        throw new InputException(
                            $"'{annotations}' has the line '{FileFaults.Shorten(line)}'; expected a file's name, a tab and a class."
                        );
                    return (Path.Combine(folder, "images", words[0]), label);
                }),
        ];

    /// <summary>Draws a share of every class, at least one image of it and never all.</summary>
    private static ((string, int)[] Train, (string, int)[] Test) Split(
        (string Path, int Label)[] files,
        string[] classes,
        string folder,
        OwnImageOptions options
    )
    {
        var random = new RandomStream(options.SplitSeed, "images.split");
        HashSet<string> drawn = new(StringComparer.Ordinal);
        ILookup<int, string> byLabel = files.ToLookup(file => file.Label, file => file.Path);
        for (int label = 0; label < classes.Length; label++)
        {
            string[] images = [.. byLabel[label]];
            if (images.Length < 2)
                throw new InputException(
                    $"'{Path.Combine(folder, classes[label])}' holds one image; expected two or more, of which some become test images."
                );
            int count = Math.Clamp((int)Math.Round(images.Length * options.TestShare), 1, images.Length - 1);
            int[] order = random.NextOrder(images.Length);
            drawn.UnionWith(order.Take(count).Select(i => images[i]));
        }
        return ([.. files.Where(file => !drawn.Contains(file.Path))], [.. files.Where(file => drawn.Contains(file.Path))]);
    }

    /// <summary>Whether a name is that of an image.</summary>
    public static bool IsImage(string path) =>
        Path.GetFileName(path)[0] != '.' && s_endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
