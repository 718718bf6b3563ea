using System.Formats.Tar;

namespace Espalier.Data;

/// <summary>Where the parts of a CIFAR data set are.</summary>
/// <param name="Folder">Official name of the folder, and of the archive without <c>.tar.gz</c>.</param>
/// <param name="Archive">Official name of the archive.</param>
/// <param name="Train">Training files.</param>
/// <param name="Test">Test file.</param>
/// <param name="Names">File of class names.</param>
/// <param name="LabelBytes">Bytes of label before each image; the last one counts.</param>
/// <param name="Classes">Number of classes.</param>
internal sealed record CifarLayout(string Folder, string Archive, IReadOnlyList<string> Train, string Test, string Names, int LabelBytes, int Classes)
{
    public static CifarLayout Cifar10 { get; } = new("cifar-10-batches-bin", "cifar-10-binary.tar.gz",
        [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")], "test_batch.bin", "batches.meta.txt", 1, 10);

    public static CifarLayout Cifar100 { get; } = new("cifar-100-binary", "cifar-100-binary.tar.gz", ["train.bin"], "test.bin", "fine_label_names.txt", 2, 100);
}

/// <summary>CIFAR-10 and CIFAR-100 in their official binary layout: records of label bytes and 3072 pixel bytes, planes of red, green, blue.</summary>
public static class CifarReader
{
    private const int Side = 32, Plane = Side * Side, ImageBytes = 3 * Plane;

    /// <summary>Reads CIFAR-10.</summary>
    /// <param name="place">The folder of <c>data_batch_1.bin</c>, its parent, the official archive, or a folder that holds it.</param>
    /// <exception cref="InputException">Nothing of the kind is there, or a file is truncated or damaged.</exception>
    public static DataSet ReadCifar10(string place) => Read("cifar10", place, CifarLayout.Cifar10, Normalization.Cifar10);

    /// <summary>Reads CIFAR-100 with its 100 fine classes.</summary>
    /// <param name="place">The folder of <c>train.bin</c>, its parent, the official archive, or a folder that holds it.</param>
    /// <exception cref="InputException">Nothing of the kind is there, or a file is truncated or damaged.</exception>
    public static DataSet ReadCifar100(string place) => Read("cifar100", place, CifarLayout.Cifar100, Normalization.Cifar100);

    private static DataSet Read(string name, string place, CifarLayout layout, Normalization normalization)
    {
        Dictionary<string, byte[]> files = Locate(place, layout, name);
        string[] classes = files.TryGetValue(layout.Names, out byte[]? text)
            ? System.Text.Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [.. Enumerable.Range(0, layout.Classes).Select(i => $"class {i}")];
        if (classes.Length != layout.Classes) throw new InputException($"{layout.Names} of {place} names {classes.Length} classes; expected {layout.Classes}.");
        ImageSet Set(string part, IReadOnlyList<string> names) => Decode($"{name} {part}", classes, [.. names.Select(file => (file, files[file]))], layout);
        return new DataSet(name, Set("training images", layout.Train), Set("test images", [layout.Test]), normalization);
    }

    private static ImageSet Decode(string name, string[] classes, IReadOnlyList<(string Name, byte[] Bytes)> files, CifarLayout layout)
    {
        int record = layout.LabelBytes + ImageBytes;
        foreach ((string file, byte[] bytes) in files)
            if (bytes.Length == 0 || bytes.Length % record != 0) throw new InputException($"{file} has {bytes.Length} bytes; expected a multiple of {record}, {layout.LabelBytes} of label and {ImageBytes} of pixels an image. Is it truncated?");
        int count = files.Sum(file => file.Bytes.Length / record), at = 0;
        byte[] pixels = new byte[count * ImageBytes], labels = new byte[count];
        foreach ((_, byte[] bytes) in files)
            for (int start = 0; start < bytes.Length; start += record, at++)
            {
                labels[at] = bytes[start + layout.LabelBytes - 1];
                ReadOnlySpan<byte> planes = bytes.AsSpan(start + layout.LabelBytes, ImageBytes);
                Span<byte> image = pixels.AsSpan(at * ImageBytes, ImageBytes);
                for (int p = 0; p < Plane; p++) (image[3 * p], image[3 * p + 1], image[3 * p + 2]) = (planes[p], planes[Plane + p], planes[2 * Plane + p]);
            }
        return new ImageSet(name, classes, 3, Side, Side, pixels, labels);
    }

    private static Dictionary<string, byte[]> Locate(string place, CifarLayout layout, string name)
    {
        string[] needed = [.. layout.Train, layout.Test];
        foreach (string folder in new[] { place, Path.Combine(place, layout.Folder) })
            if (File.Exists(Path.Combine(folder, needed[0]))) return FromFolder(folder, needed, layout.Names);
        foreach (string archive in new[] { place, Path.Combine(place, layout.Archive) })
            if (File.Exists(archive)) return FromArchive(archive, needed, layout);
        throw new InputException($"There is no {name} at {place}; expected {needed[0]} there or in {layout.Folder} below it, or the archive {layout.Archive}. 'espalier data fetch {name}' downloads it.");
    }

    private static Dictionary<string, byte[]> FromFolder(string folder, string[] needed, string names)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (string file in File.Exists(Path.Combine(folder, names)) ? needed.Append(names) : needed)
        {
            string path = Path.Combine(folder, file);
            using Stream stream = BoundedReader.Open(path);
            files[file] = BoundedReader.Exactly(stream, stream is FileStream plain ? plain.Length : throw new InputException($"{path} is gzipped; expected the plain file."), path);
        }
        return files;
    }

    private static Dictionary<string, byte[]> FromArchive(string archive, string[] needed, CifarLayout layout)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            using Stream stream = BoundedReader.Open(archive);
            using var tar = new TarReader(stream);
            while (tar.GetNextEntry() is { } entry)
            {
                string file = Path.GetFileName(entry.Name);
                if (entry.DataStream is not null && (needed.Contains(file) || file == layout.Names)) files[file] = BoundedReader.Exactly(entry.DataStream, entry.Length, $"{file} in {archive}");
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            throw new InputException($"{archive} is no whole tar archive: {fault.Message}", fault);
        }
        string? missing = needed.FirstOrDefault(file => !files.ContainsKey(file));
        return missing is null ? files : throw new InputException($"{archive} does not hold {missing}; is it truncated, or another archive?");
    }
}
