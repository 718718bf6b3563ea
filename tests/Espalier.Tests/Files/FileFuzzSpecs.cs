using System.IO.Compression;
using Espalier.Files;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Tests.Files;

public sealed class FileFuzzSpecs
{
    // Room for what does not depend on the file: readers, messages, the zip reader's buffers, small expanded views.
    private const long Constant = 3 << 20;

    [Fact]
    public void Six_thousand_damaged_safetensors_files_are_read_or_refused()
    {
        byte[][] seeds =
        [
            SafetensorsSpecs.Write([
                StoredTensor.FromFloats("w", [2, 2], [1, 2, 3, 4]),
                StoredTensor.FromBools("mask", [3], [true, false, true]),
            ]),
            SafetensorsSpecs.Write(
                [Stored.Longs("перестановка", [3], [2, 0, 1]), StoredTensor.FromFloats("e", [0, 5], [])],
                new Dictionary<string, string> { ["a"] = "b\n\"" }
            ),
            SafetensorsSpecs.Write([.. TorchCheckpoint.Read(Asset.Path("kinds.pt")).InOrder]),
        ];
        Fuzz("safetensors", seeds, 6000, SafetensorsSpecs.Read);
    }

    [Fact]
    public void Four_thousand_damaged_checkpoints_are_read_or_refused() =>
        Fuzz("torch", [Asset.Bytes("kinds.pt"), Asset.Bytes("training.pth"), Asset.Bytes("pruned.pt")], 4000, Checkpoint);

    [Fact]
    public void Four_thousand_damaged_checkpoints_in_the_old_format_are_read_or_refused() =>
        Assert.True(Fuzz("legacy", [Asset.Bytes("legacy-kinds.pt"), Asset.Bytes("legacy-training.pth")], 4000, Checkpoint) > 0);

    [Fact]
    public void Four_thousand_damaged_pickles_in_sound_archives_are_read_or_refused()
    {
        // Damage inside a checkpoint mostly meets the checksums; here the pickle machine itself is reached.
        int reached = 0;
        foreach (string asset in new[] { "kinds.pt", "training.pth", "pruned.pt" })
        {
            (string Name, byte[] Bytes)[] entries = Entries(asset);
            int place = Array.FindIndex(entries, entry => entry.Name.EndsWith("/data.pkl", StringComparison.Ordinal));
            string name = entries[place].Name;
            reached += Fuzz(
                asset,
                [entries[place].Bytes],
                1400,
                bytes =>
                {
                    entries[place] = (name, bytes);
                    return Checkpoint(PickleText.Zip(entries));
                }
            );
        }
        Assert.True(reached > 0, "No damaged pickle was read at all: the machine was not reached.");
    }

    private static TensorFile Checkpoint(byte[] bytes) => TorchCheckpoint.Read(new MemoryStream(bytes, writable: false), "the-file");

    private static (string Name, byte[] Bytes)[] Entries(string asset)
    {
        using ZipArchive zip = ZipFile.OpenRead(Asset.Path(asset));
        return zip
            .Entries.Select(entry =>
            {
                using Stream stream = entry.Open();
                using MemoryStream copy = new();
                stream.CopyTo(copy);
                return (entry.FullName, copy.ToArray());
            })
            .ToArray();
    }

    /// <summary>Counts the damaged files that still could be read.</summary>
    private static int Fuzz(string name, byte[][] seeds, int count, Func<byte[], TensorFile> read)
    {
        int whole = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = Damage(seeds[i % seeds.Length], new RandomStream(1, name, i));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                TensorFile file = read(bytes);
                whole++;
                foreach (StoredTensor tensor in file.InOrder)
                    Assert.True(tensor.Type.TryCountBytes(tensor.Shape, out long size) && size == tensor.Bytes.Length);
            }
            catch (InputException fault)
            {
                Assert.Contains("'the-file'", fault.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', fault.Message);
                Assert.True(fault.Message.Length < 500, fault.Message);
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Damage {i} of {name}: {fault}");
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated < 64 * bytes.Length + Constant,
                $"Damage {i} of {name}: {allocated} bytes were allocated for a file of {bytes.Length}."
            );
        }
        return whole;
    }

    private static byte[] Damage(byte[] seed, RandomStream random)
    {
        List<byte> bytes = [.. seed];
        int times = 1 + random.NextInt(3);
        for (int i = 0; i < times && bytes.Count > 0; i++)
        {
            int at = random.NextInt(bytes.Count),
                length = Math.Min(1 + random.NextInt(16), bytes.Count - at);
            switch (random.NextInt(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.NextInt(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.NextInt(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)random.NextInt(256)).ToArray());
                    break;
                case 4:
                    bytes.RemoveRange(at, length);
                    break;
                case 5:
                    bytes.InsertRange(random.NextInt(bytes.Count), bytes.GetRange(at, length));
                    break;
                default:
                    for (int j = 0; j < length; j++)
                        bytes[at + j] = random.NextInt(2) == 0 ? (byte)0xff : (byte)'9';
                    break;
            }
        }
        return [.. bytes];
    }
}
