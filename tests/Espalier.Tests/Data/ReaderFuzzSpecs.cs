using Espalier.Data;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Data;

/// <summary>
/// Whatever bytes a reader is given, it answers with images or with a sentence, and takes no more memory than the file plus a constant.
/// </summary>
public class ReaderFuzzSpecs
{
    private const int Constant = 1 << 20;

    [Theory]
    [InlineData("plain", 4000)]
    [InlineData("gzip", 4000)]
    public void Mutated_idx_files_never_crash_the_reader(string kind, int times)
    {
        byte[] images = Samples.IdxImages(30),
            labels = Samples.IdxLabels(30);
        if (kind == "gzip")
            (images, labels) = (Samples.Gzip(images), Samples.Gzip(labels));
        int read = Fuzz(
            $"idx/{kind}",
            times,
            random =>
            {
                bool which = random.NextInt(3) > 0;
                byte[] someImages = which ? Mutate(images, random) : images,
                    someLabels = which ? labels : Mutate(labels, random);
                return () =>
                    IdxReader.Read(new MemoryStream(someImages), "images", new MemoryStream(someLabels), "labels", "x", Samples.Ten);
            }
        );
        Assert.InRange(read, kind == "gzip" ? 0 : 10, times - 10);
    }

    [Theory]
    [InlineData("cifar10", "folder", 1500)]
    [InlineData("cifar100", "folder", 1500)]
    [InlineData("cifar10", "tar", 1500)]
    [InlineData("cifar10", "gzip", 1500)]
    public void Mutated_cifar_files_never_crash_the_reader(string name, string kind, int times)
    {
        using TempFolder folder = new();
        CifarFormat format = name == "cifar10" ? CifarFormat.Cifar10 : CifarFormat.Cifar100;
        Dictionary<string, byte[]> files = Samples.Cifar(format);
        files[format.ClassFile] = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', format.DefaultClasses));
        byte[] tar = Samples.Tar(files, format.Folder),
            archive = kind == "gzip" ? Samples.Gzip(tar) : tar;
        foreach ((string file, byte[] bytes) in files)
            folder.Write(file, bytes);
        string[] names = [.. files.Keys];
        string? last = null;
        int read = Fuzz(
            $"{name}/{kind}",
            times,
            random =>
            {
                if (kind != "folder")
                    folder.Write("archive", Mutate(archive, random));
                else
                {
                    if (last is not null)
                        folder.Write(last, files[last]);
                    last = names[random.NextInt(names.Length)];
                    folder.Write(last, Mutate(files[last], random));
                }
                return () => CifarReader.Read(format, kind == "folder" ? folder.Path : folder["archive"]).Train;
            }
        );
        Assert.InRange(read, kind == "gzip" ? 0 : 10, times - 10);
    }

    private static int Fuzz(string name, int times, Func<RandomStream, Func<ImageSet>> prepare)
    {
        int read = 0;
        for (int i = 0; i < times; i++)
        {
            Func<ImageSet> attempt = prepare(new RandomStream(1, name, i));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Assert.NotEqual(0, attempt().Count);
                read++;
            }
            catch (InputException refused)
            {
                Assert.False(string.IsNullOrWhiteSpace(refused.Message));
            }
            catch (Exception fault)
            {
                Assert.Fail($"{name}, mutation {i}: {fault}");
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > Constant)
                Assert.Fail($"{name}, mutation {i}: {allocated} bytes allocated");
        }
        return read;
    }

    private static byte[] Mutate(byte[] bytes, RandomStream random)
    {
        List<byte> mutated = [.. bytes];
        for (int change = random.NextInt(3); change >= 0; change--)
        {
            // Headers are where the harm is: half of the changes are near the start.
            int at = random.NextInt(random.NextInt(2) == 0 ? Math.Min(600, mutated.Count + 1) : mutated.Count + 1);
            at = Math.Min(at, mutated.Count);
            int length = Math.Min(1 + random.NextInt(16), mutated.Count - at);
            switch (random.NextInt(7))
            {
                case 0:
                    mutated.RemoveRange(at, mutated.Count - at);
                    break;
                case 1:
                    mutated.RemoveRange(at, length);
                    break;
                case 2:
                    mutated.InsertRange(at, mutated.GetRange(at, length));
                    break;
                case 3:
                    mutated.AddRange(mutated.GetRange(at, length));
                    break;
                case 4:
                    for (int i = 0; i < length; i++)
                        mutated[at + i] = random.NextInt(2) == 0 ? (byte)0 : (byte)255;
                    break;
                case 5:
                    for (int i = 0; i < length; i++)
                        mutated[at + i] = (byte)random.NextInt(256);
                    break;
                default:
                    if (length > 0)
                        mutated[at] ^= (byte)(1 << random.NextInt(8));
                    break;
            }
        }
        return [.. mutated];
    }
}
