using Espalier.Randomness;

namespace Espalier.Cli.Tests.Support;

/// <summary>A few random images in CIFAR-10's official layout.</summary>
internal static class TinyCifar
{
    private const int PerFile = 32,
        Record = 3073;

    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "subset.txt"), "random images\n");
        var random = new RandomStream(5, "tiny-cifar");
        foreach (string name in new[] { "data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch" })
        {
            byte[] records = new byte[PerFile * Record];
            for (int i = 0; i < records.Length; i++)
                records[i] = (byte)(i % Record == 0 ? random.NextInt(10) : random.NextInt(256));
            File.WriteAllBytes(Path.Combine(folder, $"{name}.bin"), records);
        }
    }
}
