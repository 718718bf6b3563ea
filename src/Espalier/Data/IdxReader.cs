using Espalier.Files;

namespace Espalier.Data;

/// <summary>Reads pairs of IDX files (MNIST, Fashion-MNIST and their kin): grey images and their labels, gzipped or not.</summary>
/// <remarks>Memory is allocated only for bytes that are known to be there, whatever a header says.</remarks>
public static class IdxReader
{
    /// <summary>Reads two files.</summary>
    /// <param name="images">Path of the images, IDX with three dimensions (N, H, W).</param>
    /// <param name="labels">Path of the labels, IDX with one dimension (N).</param>
    /// <param name="name">Name of the set.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <exception cref="InputException">A file is missing, unreadable, damaged, or does not belong to the other.</exception>
    public static ImageSet Read(string images, string labels, string name, IReadOnlyList<string> classes) =>
        FileFaults.Reading(
            labels,
            () =>
            {
                using FileStream labelFile = File.OpenRead(labels);
                return FileFaults.Reading(
                    images,
                    () =>
                    {
                        using FileStream imageFile = File.OpenRead(images);
                        return Read(imageFile, images, labelFile, labels, name, classes);
                    }
                );
            }
        );

    /// <summary>Reads two seekable streams.</summary>
    /// <param name="images">The images, IDX with three dimensions (N, H, W).</param>
    /// <param name="imagesPath">What messages call the images.</param>
    /// <param name="labels">The labels, IDX with one dimension (N).</param>
    /// <param name="labelsPath">What messages call the labels.</param>
    /// <param name="name">Name of the set.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <exception cref="InputException">A stream is damaged, or does not belong to the other.</exception>
    public static ImageSet Read(
        Stream images,
        string imagesPath,
        Stream labels,
        string labelsPath,
        string name,
        IReadOnlyList<string> classes
    )
    {
        IdxFile labelFile = FileFaults.Reading(labelsPath, () => new IdxFile(labels, labelsPath, rank: 1));
        IdxFile imageFile = FileFaults.Reading(imagesPath, () => new IdxFile(images, imagesPath, rank: 3));
        if (labelFile.Dimensions[0] != imageFile.Dimensions[0])
            throw new InputException(
                $"'{imagesPath}' holds {imageFile.Dimensions[0]} images, but '{labelsPath}' holds {labelFile.Dimensions[0]} labels."
            );
        byte[] labelBytes = FileFaults.Reading(labelsPath, labelFile.ReadBytes);
        int bad = Array.FindIndex(labelBytes, label => label >= classes.Count);
        if (bad >= 0)
            throw new InputException(
                $"Label {bad} in '{labelsPath}' is {labelBytes[bad]}; with {classes.Count} classes 0 to {classes.Count - 1} were expected."
            );
        byte[] pixels = FileFaults.Reading(imagesPath, imageFile.ReadBytes);
        return new ImageSet(name, classes, 1, imageFile.Dimensions[1], imageFile.Dimensions[2], pixels, labelBytes);
    }
}
