using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using Espalier.Data;
using Espalier.Randomness;

namespace Espalier.Tests.Data;

/// <summary>Small data in the true formats.</summary>
internal static class Samples
{
    public static readonly string[] Ten = [.. Enumerable.Range(0, 10).Select(i => $"c{i}")];

    public static byte[] Random(string name, int count)
    {
        RandomStream random = new(7, name);
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
            bytes[i] = (byte)random.NextInt(256);
        return bytes;
    }

    public static ImageSet Set(int count, int height, int width, int channels, string name = "sample") =>
        new(
            name,
            Ten,
            channels,
            height,
            width,
            Random(name, count * height * width * channels),
            Random(name + "/labels", count).Select(b => (byte)(b % 10)).ToArray()
        );

    public static byte[] Idx(int[] dimensions, byte[] bytes)
    {
        byte[] file = new byte[4 + 4 * dimensions.Length + bytes.Length];
        file[2] = 8;
        file[3] = (byte)dimensions.Length;
        for (int d = 0; d < dimensions.Length; d++)
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * d), dimensions[d]);
        bytes.CopyTo(file, 4 + 4 * dimensions.Length);
        return file;
    }

    public static byte[] IdxImages(int count, int height = 4, int width = 3) =>
        Idx([count, height, width], Random("idx", count * height * width));

    public static byte[] IdxLabels(int count) => Idx([count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);

    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream target = new();
        using (GZipStream gzip = new(target, CompressionLevel.SmallestSize))
            gzip.Write(bytes);
        return target.ToArray();
    }

    /// <summary>Records of a file; label i of it is (first + i) mod classes.</summary>
    public static byte[] CifarRecords(CifarFormat format, int count, int first)
    {
        byte[] bytes = Random($"cifar/{first}", count * format.RecordSize);
        for (int i = 0; i < count; i++)
        {
            if (format.LabelBytes == 2)
                bytes[i * format.RecordSize] = 3;
            bytes[i * format.RecordSize + format.LabelBytes - 1] = (byte)((first + i) % format.ClassCount);
        }
        return bytes;
    }

    /// <summary>All files of a small set: one record in the first training file, two in the second…; four test images.</summary>
    public static Dictionary<string, byte[]> Cifar(CifarFormat format)
    {
        Dictionary<string, byte[]> files = [];
        for (int i = 0; i < format.TrainFiles.Count; i++)
            files[format.TrainFiles[i]] = CifarRecords(format, i + 1, 10 * i);
        files[format.TestFile] = CifarRecords(format, 4, 50);
        files["subset.txt"] = [];
        return files;
    }

    public static byte[] Tar(IEnumerable<KeyValuePair<string, byte[]>> files, string folder, TarEntryFormat format = TarEntryFormat.Ustar)
    {
        using MemoryStream target = new();
        using (TarWriter writer = new(target, format, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in files)
            {
                string path = $"{folder}/{name}";
                TarEntry entry = format switch
                {
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, path),
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, path),
                    _ => new UstarTarEntry(TarEntryType.RegularFile, path),
                };
                entry.DataStream = new MemoryStream(bytes);
                writer.WriteEntry(entry);
            }
        }
        return target.ToArray();
    }
}
