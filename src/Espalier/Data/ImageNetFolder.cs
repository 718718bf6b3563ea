using Espalier.Files;
using Espalier.Randomness;

namespace Espalier.Data;

/// <summary>
/// Images in ImageNet's layout: <c>train/nXXXXXXXX/*.JPEG</c>, and <c>val</c> with the same folders, or flat with a <c>val.txt</c> that
/// names each image's class.
/// </summary>
/// <remarks>
/// Files stand in an order drawn once, in which every class comes about equally often from the beginning on: the first images of the set
/// are a random sample over all classes.
/// </remarks>
internal static class ImageNetFolder
{
    private const string ListName = "val.txt";
    private const int UsualSize = 224;

    /// <summary>Opens them.</summary>
    /// <exception cref="InputException">The folder has another layout, or labels do not match.</exception>
    public static DataSet Open(string title, string folder, OwnImageOptions given, IImageDecoder decoder)
    {
        (int Height, int Width) size = given.Size ?? (UsualSize, UsualSize);
        OwnImageOptions options = (
            given with
            {
                Size = size,
                SkipsDamaged = given.SkipsDamaged ?? true,
                ResizeTo = given.Stretch ? null : given.ResizeTo ?? (int)Math.Round(Math.Max(size.Height, size.Width) * 8 / 7.0),
            }
        ).Validated();
        string train = Needed(folder, "train"),
            val = Needed(folder, "val");
        (string[] classes, ListedFile[] trained, ListedFile[] tested) = FileFaults.Reading(
            folder,
            () =>
            {
                string[] found = Folders(train);
                if (found.Length < 2)
                    throw new InputException($"'{train}' has {Counted.Of(found.Length, "folder")}; expected one for each class.");
                return (found, ByClass(train, found), Folders(val).Length > 0 ? Same(val, found) : Flat(folder, val, found));
            }
        );
        (ImageSet first, ImageSet second) = DecodedFolder.Read(
            title,
            classes,
            new ListedFiles(Ordered(trained, classes.Length, "train")),
            new ListedFiles(Ordered(tested, classes.Length, "val")),
            options,
            size,
            decoder
        );
        // Of grey: the means of the three channels' constants.
        Normalization constants = options.Channels == 3 ? Normalization.ImageNet : new Normalization([0.449f], [0.226f]);
        return new DataSet(title, first, second, constants) { IsMeasured = true, UsualAugmentation = Augmentation.ImageNet };
    }

    private static string Needed(string folder, string name) =>
        Path.Combine(folder, name) is var path && Directory.Exists(path)
            ? path
            : throw new InputException($"'{folder}' has no folder '{name}'; expected ImageNet's layout, train/CLASS/* and val.");

    private static string[] Folders(string folder) =>
        [
            .. Directory
                .EnumerateDirectories(folder)
                .Select(path => Path.GetFileName(path))
                .Where(n => n[0] != '.')
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Folders of test images must be those of the training images.</summary>
    private static ListedFile[] Same(string val, string[] classes)
    {
        string[] found = Folders(val);
        if (classes.Except(found).FirstOrDefault() is { } missing)
            throw new InputException($"'{val}' has no folder '{missing}', which is a class of the training images.");
        if (found.Except(classes).FirstOrDefault() is { } stranger)
            throw new InputException($"'{val}' has a folder '{stranger}', which is no class of the training images.");
        return ByClass(val, classes);
    }

    private static ListedFile[] ByClass(string folder, string[] classes) =>
        [
            .. classes.SelectMany(
                (name, label) =>
                    Images(Path.Combine(folder, name), label) is { Length: > 0 } images
                        ? images
                        : throw new InputException($"'{Path.Combine(folder, name)}' holds no image; expected files such as *.JPEG.")
            ),
        ];

    private static ListedFile[] Images(string folder, int label) =>
        [
            .. new DirectoryInfo(folder)
                .EnumerateFiles()
                .Where(file => ImageFolder.IsImage(file.Name))
                .OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => new ListedFile(folder, file.Name, file.Length, label)),
        ];

    /// <summary>A line an image: its name, and its class as a folder's name or as a number from 0 in the order of those names.</summary>
    private static ListedFile[] Flat(string folder, string val, string[] classes)
    {
        string list =
            new[] { folder, val }.Select(place => Path.Combine(place, ListName)).FirstOrDefault(File.Exists)
            ?? throw new InputException($"'{val}' has no folder a class, and '{folder}' no '{ListName}' that says what its images are.");
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(list).Where(line => line.Trim().Length > 0))
        {
            string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            int label =
                words.Length != 2 ? -1
                : Array.IndexOf(classes, words[1]) is >= 0 and var at ? at
                : PlainNumber.TryParse(words[1], out int number) && number < classes.Length ? number
                : -1;
            if (label < 0 || !byName.TryAdd(words[0], label))
                throw new InputException(
                    $"'{list}' has the line '{FileFaults.Shorten(line)}'; expected an image's name, once, and its class."
                );
        }
        ListedFile[] images = Images(val, 0);
        if (images.FirstOrDefault(image => !byName.ContainsKey(image.Name)) is { Name: { } unnamed })
            throw new InputException($"'{list}' does not say of what class '{unnamed}' is, which lies in '{val}'.");
        if (images.Length != byName.Count)
            throw new InputException($"'{list}' names {Counted.Of(byName.Count, "image")}, and '{val}' holds {images.Length}.");
        return [.. images.Select(image => image with { Label = byName[image.Name] })];
    }

    /// <summary>Rounds in which every class that has images left gives one, drawn at random, classes in random order.</summary>
    private static ListedFile[] Ordered(ListedFile[] files, int classes, string part)
    {
        var random = new RandomStream(0, $"images.order.{part}");
        var left = new Queue<ListedFile>[classes];
        ILookup<int, ListedFile> byLabel = files.ToLookup(file => file.Label);
        for (int label = 0; label < classes; label++)
        {
            ListedFile[] own = [.. byLabel[label]];
            left[label] = new Queue<ListedFile>(random.NextOrder(own.Length).Select(i => own[i]));
        }
        var ordered = new List<ListedFile>(files.Length);
        while (ordered.Count < files.Length)
            foreach (int label in random.NextOrder(classes))
                if (left[label].TryDequeue(out ListedFile next))
                    ordered.Add(next);
        return [.. ordered];
    }
}
