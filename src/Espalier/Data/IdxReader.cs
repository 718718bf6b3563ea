using System.Buffers.Binary;

namespace Espalier.Data;

/// <summary>The IDX format of MNIST and Fashion-MNIST, gzipped or not: images [N, H, W] and labels [N] of unsigned bytes.</summary>
public static class IdxReader
{
    private const int LargestSide = 4096;

    /// <summary>Reads a file of images and one of labels.</summary>
    /// <param name="images">Path of the images.</param>
    /// <param name="labels">Path of the labels.</param>
    /// <param name="name">What to call the set.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <exception cref="InputException">A file is missing, truncated or damaged, or they do not belong together.</exception>
    public static ImageSet Read(string images, string labels, string name, IReadOnlyList<string> classes)
    {
        using Stream imageStream = BoundedReader.Open(images), labelStream = BoundedReader.Open(labels);
        return Read(imageStream, images, labelStream, labels, name, classes);
    }

    internal static ImageSet Read(Stream images, string imageSource, Stream labels, string labelSource, string name, IReadOnlyList<string> classes)
    {
        (int[] imageSizes, byte[] pixels) = Array(images, imageSource, dimensions: 3);
        (int[] labelSizes, byte[] values) = Array(labels, labelSource, dimensions: 1);
        if (imageSizes[0] != labelSizes[0]) throw new InputException($"{imageSource} has {imageSizes[0]} images, {labelSource} {labelSizes[0]} labels; expected as many.");
        return new ImageSet(name, classes, 1, imageSizes[1], imageSizes[2], pixels, values);
    }

    private static (int[] Sizes, byte[] Values) Array(Stream stream, string source, int dimensions)
    {
        byte[] head = BoundedReader.Exactly(stream, 4 + 4 * dimensions, source);
        if (head[0] != 0 || head[1] != 0 || head[2] != 8 || head[3] != dimensions)
            throw new InputException($"{source} starts with {Convert.ToHexString(head.AsSpan(0, 4))}; expected 000008{dimensions:x2}, an IDX file of bytes in {dimensions} dimensions.");
        int[] sizes = [.. Enumerable.Range(0, dimensions).Select(i => BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4 + 4 * i)))];
        if (sizes[0] < 1 || sizes.Skip(1).Any(side => side is < 1 or > LargestSide) || sizes.Aggregate(1L, (product, size) => product * size) > System.Array.MaxLength)
            throw new InputException($"{source} has sizes {string.Join("x", sizes)}; expected at least 1 image of sides 1 to {LargestSide}.");
        byte[] values = BoundedReader.Exactly(stream, sizes.Aggregate(1L, (product, size) => product * size), source);
        BoundedReader.MustEnd(stream, source);
        return (sizes, values);
    }
}
