using Espalier.Randomness;

namespace Espalier.Data;

/// <summary>
/// Images in ImageNet's layout: <c>train/nXXXXXXXX/*.JPEG</c>, and <c>val</c> with the same folders, or flat with what names each image's
/// class.
/// </summary>
/// <remarks>
/// Files stand in an order drawn once, in which every class comes about equally often from the beginning on: the first images of the set
/// are a random sample over all classes.
/// </remarks>
internal static class ImageNetFolder
{
    private const int UsualSize = 224;

    /// <summary>Opens them.</summary>
    /// <exception cref="InputException">The folder has another layout, or labels do not match.</exception>
    public static DataSet Open(string title, string folder, OwnImageOptions given, IImageDecoder decoder)
    {
        OwnImageOptions options = Usual(given);
        var listed = ImageNetListing.Of(folder, options);
        return Of(
            title,
            listed.Classes,
            new ListedFiles(Ordered(listed.Train, listed.Classes.Length, "train"), listed.Index),
            new ListedFiles(Ordered(listed.Test, listed.Classes.Length, "val"), listed.Index),
            options,
            decoder
        );
    }

    /// <summary>What is usual for ImageNet where nothing else was asked for.</summary>
    public static OwnImageOptions Usual(OwnImageOptions given)
    {
        (int Height, int Width) size = given.Size ?? (UsualSize, UsualSize);
        return (
            given with
            {
                Size = size,
                SkipsDamaged = given.SkipsDamaged ?? true,
                ResizeTo = given.Stretch ? null : given.ResizeTo ?? (int)Math.Round(Math.Max(size.Height, size.Width) * 8 / 7.0),
            }
        ).Validated();
    }

    /// <summary>Training and test images in their order, seen as ImageNet's are.</summary>
    public static DataSet Of(
        string title,
        IReadOnlyList<string> classes,
        ImageFiles train,
        ImageFiles test,
        OwnImageOptions options,
        IImageDecoder decoder
    )
    {
        (ImageSet first, ImageSet second) = DecodedFolder.Read(title, classes, train, test, options, options.Size!.Value, decoder);
        // Of grey: the means of the three channels' constants.
        Normalization constants = options.Channels == 3 ? Normalization.ImageNet : new Normalization([0.449f], [0.226f]);
        return new DataSet(title, first, second, constants) { IsMeasured = true, UsualAugmentation = Augmentation.ImageNet };
    }

    /// <summary>Rounds in which every class that has images left gives one, drawn at random, classes in random order.</summary>
    public static ListedFile[] Ordered(ListedFile[] files, int classes, string part)
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
