using System.Text;
using Espalier.Files;

namespace Espalier.Data;

/// <summary>Reads CIFAR-10 and CIFAR-100 in their official binary version, from a folder or straight from the tar.gz.</summary>
/// <remarks>
/// Each file must hold as many images as the official one. Small sets in the same format can be made: a file <c>subset.txt</c> among theirs
/// says that any number of whole records is right.
/// </remarks>
public static class CifarReader
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Side = 32;

    /// <summary>Bytes of an image.</summary>
    public const int ImageSize = 3 * Side * Side;

    private const int LargestClassFile = 64 << 10;

    /// <summary>Reads a set.</summary>
    /// <param name="format">Which of the two.</param>
    /// <param name="location">The folder with the files, its parent, the official archive, or a folder that holds the archive.</param>
    /// <returns>Training and test images, 32x32x3.</returns>
    /// <exception cref="InputException">Nothing is there, a file is missing, truncated, cut or damaged, or a label is out of
    /// range.</exception>
    public static (ImageSet Train, ImageSet Test) Read(CifarFormat format, string location)
    {
        FileBundle files = FileFaults.Reading(location, () => Find(format, location));
        long train = format.TrainFiles.Sum(name => Records(format, files, name)),
            test = Records(format, files, format.TestFile);
        if (Math.Max(train, test) * ImageSize > Array.MaxLength)
            throw new InputException(
                $"'{files.Where}' holds {Math.Max(train, test)} images; at most {Array.MaxLength / ImageSize} can be read."
            );

        (byte[] Pixels, byte[] Labels) trainSet = (new byte[train * ImageSize], new byte[train]);
        (byte[] Pixels, byte[] Labels) testSet = (new byte[test * ImageSize], new byte[test]);
        IReadOnlyList<string> classes = format.DefaultClasses;
        files.Visit(
            (name, content) =>
            {
                if (name == OfficialCounts.SubsetFile)
                    return;
                if (name == format.ClassFile)
                    classes = ReadClasses(format, files, content);
                else if (name == format.TestFile)
                    ReadRecords(format, files, name, content, testSet.Pixels, testSet.Labels);
                else
                {
                    int start = (int)format.TrainFiles.TakeWhile(file => file != name).Sum(file => files.Lengths[file] / format.RecordSize);
                    int count = (int)(files.Lengths[name] / format.RecordSize);
                    ReadRecords(
                        format,
                        files,
                        name,
                        content,
                        trainSet.Pixels.AsSpan(start * ImageSize),
                        trainSet.Labels.AsSpan(start, count)
                    );
                }
            }
        );
        return (
            new ImageSet($"{format.Name}/train", classes, 3, Side, Side, trainSet.Pixels, trainSet.Labels),
            new ImageSet($"{format.Name}/test", classes, 3, Side, Side, testSet.Pixels, testSet.Labels)
        );
    }

    private static FileBundle Find(CifarFormat format, string location)
    {
        if (File.Exists(location))
            return new TarBundle(location, format.Files);
        foreach (string folder in new[] { location, Path.Combine(location, format.Folder) })
        {
            FolderBundle bundle = new(folder, format.Files);
            if (bundle.Lengths.Keys.Any(name => name != OfficialCounts.SubsetFile))
                return bundle;
        }
        string archive = Path.Combine(location, format.Archive);
        if (File.Exists(archive))
            return new TarBundle(archive, format.Files);
        throw new InputException(
            $"There is no {format.Name} in '{Path.GetFullPath(location)}': "
                + $"neither {format.TestFile}, nor a folder {format.Folder}, nor {format.Archive} is there."
        );
    }

    private static long Records(CifarFormat format, FileBundle files, string name)
    {
        if (!files.Lengths.TryGetValue(name, out long length))
            throw new InputException(
                $"'{files.Where}' holds no {name}; "
                    + $"the binary version of {format.Name} has {string.Join(", ", format.TrainFiles)} and {format.TestFile}."
            );
        if (length == 0 || length % format.RecordSize != 0)
            throw new InputException(
                $"'{files.PathOf(name)}' has {length} bytes; "
                    + $"a positive multiple of {format.RecordSize} (one record) was expected: it is truncated or not {format.Name}."
            );
        long records = length / format.RecordSize;
        int official = name == format.TestFile ? format.TestFileImages : format.TrainFileImages;
        OfficialCounts.MustHold(files.PathOf(name), records, official, format.Name, files.Lengths.ContainsKey(OfficialCounts.SubsetFile));
        return records;
    }

    private static void ReadRecords(CifarFormat format, FileBundle files, string name, Stream content, Span<byte> pixels, Span<byte> labels)
    {
        byte[] record = new byte[format.RecordSize];
        for (int i = 0; i < labels.Length; i++)
        {
            content.ReadExactly(record);
            byte label = record[format.LabelBytes - 1];
            if (label >= format.ClassCount)
                throw new InputException(
                    $"Record {i} of '{files.PathOf(name)}' has label {label}; 0 to {format.ClassCount - 1} were expected."
                );
            labels[i] = label;
            Interleave(record.AsSpan(format.LabelBytes), pixels.Slice(i * ImageSize, ImageSize));
        }
    }

    /// <summary>Turns planes of red, green and blue into pixels.</summary>
    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        const int plane = Side * Side;
        ReadOnlySpan<byte> red = planes[..plane],
            green = planes.Slice(plane, plane),
            blue = planes.Slice(2 * plane, plane);
        for (int i = 0, at = 0; i < plane; i++, at += 3)
        {
            pixels[at] = red[i];
            pixels[at + 1] = green[i];
            pixels[at + 2] = blue[i];
        }
    }

    private static string[] ReadClasses(CifarFormat format, FileBundle files, Stream content)
    {
        long length = files.Lengths[format.ClassFile];
        if (length > LargestClassFile)
            throw new InputException(
                $"'{files.PathOf(format.ClassFile)}' has {length} bytes; {format.ClassCount} class names, one a line, were expected."
            );
        byte[] text = new byte[length];
        content.ReadExactly(text);
        string[] classes = Encoding
            .UTF8.GetString(text)
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return classes.Length == format.ClassCount
            ? classes
            : throw new InputException(
                $"'{files.PathOf(format.ClassFile)}' holds {classes.Length} class names; {format.ClassCount} were expected, one a line."
            );
    }
}
