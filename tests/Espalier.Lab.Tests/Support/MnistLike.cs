using System.Buffers.Binary;
using Espalier.Randomness;

namespace Espalier.Lab.Tests.Support;

/// <summary>A few random images in MNIST's files.</summary>
internal static class MnistLike
{
    private const int Count = 64;

    public static void Write(string folder, long seed)
    {
        Directory.CreateDirectory(folder);
        System.IO.File.WriteAllText(Path.Combine(folder, "subset.txt"), "random images"); // not as many as in the official files
        var random = new RandomStream(seed, "mnist-like");
        foreach (string part in new[] { "train", "t10k" })
        {
            System.IO.File.WriteAllBytes(Path.Combine(folder, $"{part}-images-idx3-ubyte"), File(random, [Count, 28, 28], 256));
            System.IO.File.WriteAllBytes(Path.Combine(folder, $"{part}-labels-idx1-ubyte"), File(random, [Count], 10));
        }

        static byte[] File(RandomStream random, int[] sizes, int values)
        {
            byte[] file = new byte[4 + 4 * sizes.Length + sizes.Aggregate(1, (product, size) => product * size)];
            (file[2], file[3]) = (8, (byte)sizes.Length);
            for (int i = 0; i < sizes.Length; i++)
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * i), sizes[i]);
            for (int i = 4 + 4 * sizes.Length; i < file.Length; i++)
                file[i] = (byte)random.NextInt(values);
            return file;
        }
    }
}
