using System.IO.Compression;
using System.Text;
using Espalier.Data;
using Espalier.Files;
using Espalier.Randomness;
using Espalier.Tests.Files;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Data;

/// <summary>SVHN's files, and other MATLAB files of version 5, whole and damaged.</summary>
public sealed class SvhnReaderSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_and_digits_are_where_they_belong(bool compressed)
    {
        // Of image n, row r, column c and channel k the value is 40n + 10r + 3c + k; MATLAB keeps rows together, images apart.
        byte[] pixels =
        [
            .. from n in Enumerable.Range(0, 3)
            from k in Enumerable.Range(0, 3)
            from c in Enumerable.Range(0, 2)
            from r in Enumerable.Range(0, 4)
            select (byte)(40 * n + 10 * r + 3 * c + k),
        ];
        foreach (string part in new[] { "train", "test" })
            _folder.Write($"{part}_32x32.mat", Mat(compressed, ("X", [4, 2, 3, 3], pixels), ("y", [3, 1], [10, 1, 9])));
        DataSet set = OwnImages.Open($"folder:{_folder.Path}", new(), new NoDecoder());
        Assert.Equal((3, 4, 2, 3), (set.Train.Count, set.Train.Height, set.Train.Width, set.Train.Channels));
        Assert.Equal([0, 1, 9], set.Train.Labels.ToArray());
        Assert.Equal(40 * 2 + 10 * 3 + 3 * 1 + 2, set.Test.Pixels.Span[^1]);
        Assert.Equal(40 * 1 + 10 * 1 + 3 * 0 + 1, set.Test.Pixels.Span[24 + (1 * 2 + 0) * 3 + 1]);
    }

    [Fact]
    public void What_SciPy_writes_is_read()
    {
        PyTorch.Run(
            """
            import numpy as np, scipy.io
            X = (np.arange(32 * 32 * 3 * 5) % 253).astype(np.uint8).reshape(32, 32, 3, 5)
            for part in ("train", "test"):
                y = np.array([[1], [10], [3], [4], [5]], dtype=np.uint8)
                scipy.io.savemat(f"{sys.argv[1]}/{part}_32x32.mat", {"X": X, "y": y}, do_compression=True)
            open(sys.argv[1] + "/expected", "wb").write(np.ascontiguousarray(X.transpose(3, 0, 1, 2)).tobytes())
            """,
            _folder.Path
        );
        DataSet set = OwnImages.Open($"folder:{_folder.Path}", new(), new NoDecoder());
        Assert.Equal(File.ReadAllBytes(_folder["expected"]), set.Train.Pixels.ToArray());
        Assert.Equal([1, 0, 3, 4, 5], set.Test.Labels.ToArray());
    }

    [Fact]
    public void Other_files_and_labels_are_refused()
    {
        byte[] images = new byte[24];
        string train = _folder.Write("train_32x32.mat", Mat(false, ("X", [4, 2, 3, 1], images), ("y", [1, 1], [11])));
        Refusal.Of(Open, train, "a label is 11");
        _folder.Write("train_32x32.mat", Mat(false, ("X", [4, 2, 3, 1], images), ("y", [2, 1], [1, 2])));
        Refusal.Of(Open, train, "one for each image");
        _folder.Write("train_32x32.mat", Mat(false, ("X", [4, 6, 1], images), ("y", [1, 1], [1])));
        Refusal.Of(Open, train, "expected U8");
        _folder.Write("train_32x32.mat", Mat(false, ("Z", [4, 6, 1], images)));
        Refusal.Of(Open, train, "no tensor 'X'");
        _folder.WriteText("train_32x32.mat", "no file of MATLAB");
        Refusal.Of(Open, train, "no MATLAB file of version 5");

        void Open() => OwnImages.Open($"folder:{_folder.Path}", new(), new NoDecoder());
    }

    [Fact]
    public void Four_thousand_damaged_files_are_read_or_refused()
    {
        byte[][] seeds =
        [
            Mat(false, ("X", [4, 2, 3, 1], new byte[24]), ("y", [1, 1], [1])),
            Mat(true, ("X", [4, 2, 3, 1], new byte[24]), ("y", [1, 1], [1])),
        ];
        int whole = 0;
        for (int i = 0; i < 4000; i++)
        {
            RandomStream random = new(1, "mat", i);
            byte[] bytes = [.. seeds[i % 2]];
            for (int k = 0; k <= random.NextInt(3); k++)
                bytes[124 + random.NextInt(bytes.Length - 124)] = (byte)random.NextInt(256);
            if (random.NextInt(4) == 0)
                bytes = bytes[..random.NextInt(bytes.Length)];
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                MatFile.Read(new MemoryStream(bytes), "the-file");
                whole++;
            }
            catch (InputException fault)
            {
                Assert.Contains("'the-file'", fault.Message, StringComparison.Ordinal);
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }
        Assert.InRange(whole, 1, 3999);
    }

    private static byte[] Mat(bool compressed, params (string Name, int[] Shape, byte[] Numbers)[] arrays)
    {
        byte[] header = new byte[128];
        header.AsSpan(0, 116).Fill((byte)' ');
        ((byte[])[0, 1, (byte)'I', (byte)'M']).CopyTo(header, 124);
        return [.. header, .. arrays.SelectMany(array => compressed ? Packed(Array(array)) : Array(array))];
    }

    private static byte[] Array((string Name, int[] Shape, byte[] Numbers) array) =>
        Element(
            14,
            [
                .. Element(6, [9, 0, 0, 0, 0, 0, 0, 0]),
                .. Element(5, [.. array.Shape.SelectMany(BitConverter.GetBytes)]),
                .. Element(1, Encoding.ASCII.GetBytes(array.Name)),
                .. Element(2, array.Numbers),
            ]
        );

    private static byte[] Element(int type, byte[] content) =>
        [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes(content.Length), .. content, .. new byte[-content.Length & 7]];

    private static byte[] Packed(byte[] element)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(element);
        return [.. BitConverter.GetBytes(15), .. BitConverter.GetBytes((int)stream.Length), .. stream.ToArray()];
    }
}
