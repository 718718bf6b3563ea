using Espalier.Files;

namespace Espalier.Data;

/// <summary>The files of a folder in ImageNet's layout, with their classes.</summary>
/// <param name="Classes">Names of the folders of <c>train</c>, in ordinal order.</param>
/// <param name="Train">Of them.</param>
/// <param name="Test">Of <c>val</c>.</param>
/// <param name="Index">The file that the list was taken from; null where the folders were listed.</param>
internal sealed record ImageNetListing(string[] Classes, ListedFile[] Train, ListedFile[] Test, string? Index)
{
    /// <summary>Lists them, or reads the list that is kept of them.</summary>
    /// <exception cref="InputException">The folder has another layout, or labels do not match.</exception>
    public static ImageNetListing Of(string folder, OwnImageOptions options)
    {
        string train = Needed(folder, "train"),
            val = Needed(folder, "val");
        return FileFaults.Reading(
            folder,
            () =>
            {
                var index = ImageIndex.Of(folder, options);
                string[] classes = Folders(train);
                if (classes.Length < 2)
                    throw new InputException($"'{train}' has {Counted.Of(classes.Length, "folder")}; expected one for each class.");
                ListedFile[] trained = ByClass(train, classes, index),
                    tested = Folders(val) is { Length: > 0 } found
                        ? Same(val, found, classes, index)
                        : ImageNetLabels.Of(folder, val, classes, Images(val, 0, index));
                index.Keep();
                return new ImageNetListing(classes, trained, tested, index.Path);
            }
        );
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
    private static ListedFile[] Same(string val, string[] found, string[] classes, ImageIndex index)
    {
        if (classes.Except(found).FirstOrDefault() is { } missing)
            throw new InputException($"'{val}' has no folder '{missing}', which is a class of the training images.");
        if (found.Except(classes).FirstOrDefault() is { } stranger)
            throw new InputException($"'{val}' has a folder '{stranger}', which is no class of the training images.");
        return ByClass(val, classes, index);
    }

    private static ListedFile[] ByClass(string folder, string[] classes, ImageIndex index) =>
        [
            .. classes.SelectMany(
                (name, label) =>
                    Images(Path.Combine(folder, name), label, index) is { Length: > 0 } images
                        ? images
                        : throw new InputException($"'{Path.Combine(folder, name)}' holds no image; expected files such as *.JPEG.")
            ),
        ];

    private static ListedFile[] Images(string folder, int label, ImageIndex index) =>
        [.. index.Images(folder).Select(image => new ListedFile(folder, image.Name, image.Length, label))];
}
