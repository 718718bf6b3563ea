namespace Espalier.Data;

/// <summary>
/// A user's own images as a data set: <c>folder:DIR</c> with a folder a class, <c>arrays:FILE</c> with images and labels as arrays,
/// <c>imagenet:DIR</c> in the layout of ImageNet, or <c>packed:FILE</c> as <see cref="ImagePacking"/> writes.
/// </summary>
public static class OwnImages
{
    private const string Folder = "folder:",
        Arrays = "arrays:",
        Packed = "packed:";

    /// <summary>Whether a name is one of a user's own images.</summary>
    public static bool Are(string name) =>
        AreImageNet(name)
        || name.StartsWith(Packed, StringComparison.Ordinal)
        || name.StartsWith(Folder, StringComparison.Ordinal)
        || name.StartsWith(Arrays, StringComparison.Ordinal);

    /// <summary>Whether a name is one of arrays in a file.</summary>
    public static bool AreArrays(string name) => name.StartsWith(Arrays, StringComparison.Ordinal);

    /// <summary>Whether a name is one of a folder in ImageNet's layout.</summary>
    public static bool AreImageNet(string name) => name.StartsWith(ImageNet.Prefix, StringComparison.Ordinal);

    /// <summary>Reads them, normalised by what their training images are like; ImageNet by its published constants.</summary>
    /// <param name="name"><c>folder:</c> or <c>imagenet:</c> and a folder, <c>packed:</c> or <c>arrays:</c> and a file.</param>
    /// <param name="options">Their size, channels and split; of arrays the split alone.</param>
    /// <param name="decoder">Decodes files of a folder.</param>
    /// <exception cref="InputException">Something is missing, damaged, or of another kind than expected.</exception>
    public static DataSet Open(string name, OwnImageOptions options, IImageDecoder decoder)
    {
        options.Validated();
        string path = PathOf(name);
        string title = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        if (AreImageNet(name))
            return ImageNetFolder.Open(title, path, options, decoder);
        if (name.StartsWith(Packed, StringComparison.Ordinal))
            return PackedImages.Open(title, path, options, decoder);
        (ImageSet train, ImageSet test) =
            AreArrays(name) ? ArrayImages.Read(title, path, options)
            : SvhnReader.IsIn(path) ? SvhnReader.Read(title, path)
            : DecodedFolder.Read(title, ImageFolder.Of(path, options), options, decoder);
        return new DataSet(title, train, test, NormalizationOf(train)) { IsMeasured = true };
    }

    private static string PathOf(string name)
    {
        string path = name[(name.IndexOf(':') + 1)..];
        return path.Length > 0 ? path : throw new InputException($"'{name}' names no images; expected a path after the colon.");
    }

    /// <summary>Of a channel in which all pixels are equal nothing can be divided by its deviation: it is left as it is.</summary>
    private static Normalization NormalizationOf(ImageSet train)
    {
        ChannelStatistics found = train.Statistics();
        return new Normalization([.. found.Mean.Select(m => (float)m)], [.. found.Std.Select(s => s > 0 ? (float)s : 1f)]);
    }
}
