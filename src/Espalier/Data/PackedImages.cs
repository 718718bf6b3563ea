namespace Espalier.Data;

/// <summary>Images of a packed file as a data set, seen as those of the folder that they come from.</summary>
public static class PackedImages
{
    /// <summary>Opens them.</summary>
    internal static DataSet Open(string title, string path, OwnImageOptions given, IImageDecoder decoder)
    {
        OwnImageOptions options = ImageNetFolder.Usual(given);
        var file = PackedFile.Open(path);
        try
        {
            return Open(title, file, options, decoder);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static DataSet Open(string title, PackedFile file, OwnImageOptions options, IImageDecoder decoder)
    {
        int needed = options.ResizeTo ?? Math.Max(options.Size!.Value.Height, options.Size.Value.Width);
        if (needed > file.Content.Side)
            throw new InputException(
                $"'{file.Path}' holds images with a shorter side of at most {file.Content.Side} pixels, and {needed} are needed: pack them "
                    + $"with --size {needed}, or ask for smaller images."
            );
        return ImageNetFolder.Of(
            title,
            file.Content.Classes,
            new PackedFiles(file, file.Content.Train),
            new PackedFiles(file, file.Content.Test),
            options,
            decoder
        ) with
        {
            Packing = file.Content.Packing,
        };
    }

    /// <summary>Reads a packed file once, and holds every image and the whole to their checksums.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Gets the share that is done, 0 to 1.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>
    /// How many training and test images and classes it has, its shorter side, and the quality of the JPEGs that were made smaller.
    /// </returns>
    /// <exception cref="InputException">It is another kind of file, was not finished, or is damaged.</exception>
    public static (int Train, int Test, int Classes, int Side, int Quality) Check(
        string path,
        IProgress<double>? progress = null,
        CancellationToken cancel = default
    )
    {
        using var file = PackedFile.Open(path);
        PackedContent content = file.Content;
        file.Check(done => progress?.Report((double)done / content.Count), cancel);
        return (content.Train.Count, content.Test.Count, content.Classes.Count, content.Side, content.Quality);
    }
}
