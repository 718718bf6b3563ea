using System.Text;
using Espalier.Data;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Data;

/// <summary>Files and archives of CIFAR that are damaged, cut or others.</summary>
public class CifarDamageSpecs
{
    public static TheoryData<string, string> Damage =>
        new()
        {
            { "no folder", "There is no cifar10" },
            { "empty folder", "There is no cifar10" },
            { "no test file", "holds no test_batch.bin" },
            { "no third training file", "holds no data_batch_3.bin" },
            { "empty file", "has 0 bytes; a positive multiple of 3073" },
            { "one byte short", "has 9218 bytes; a positive multiple of 3073" },
            { "one byte more", "has 9220 bytes" },
            { "the other CIFAR's records", "a positive multiple of 3073" },
            { "label out of range", "Record 2 of" },
            { "nine class names", "holds 9 class names; 10" },
            { "no class names", "holds 0 class names; 10" },
            { "megabytes of class names", "has 1000000 bytes" },
            { "a text file", "is not a tar archive" },
            { "an empty archive", "holds no data_batch_1.bin" },
            { "an empty file as archive", "holds no data_batch_1.bin" },
            { "archive cut", "bytes into" }, // the runtime takes a cut gzip for its end: lengths tell,
            { "archive with a wrong gzip checksum", "Cannot read" },
            { "archive cut, tar", "bytes into" },
            { "archive cut within a header", "is not a tar archive" },
            { "archive of the Python version", "holds no data_batch_1.bin; the binary version of cifar10 has" },
            { "archive with a truncated file", "a positive multiple of 3073" },
            { "archive with a file twice", "twice" },
            { "archive with a bad checksum", "is not a tar archive, or is damaged" },
            { "archive that promises 8 GB", "bytes into 'data_batch_1.bin', which should have 8589934591" },
        };

    [Theory]
    [MemberData(nameof(Damage))]
    public void Damage_is_refused_with_a_sentence(string damage, string expected)
    {
        using TempFolder folder = new();
        CifarFormat format = CifarFormat.Cifar10;
        Dictionary<string, byte[]> files = Samples.Cifar(format);
        string third = format.TrainFiles[2],
            layout = "folder";
        byte[] tar = Samples.Tar(files, format.Folder);
        byte[]? archive = null;
        switch (damage)
        {
            case "no folder":
                break;
            case "empty folder":
                files.Clear();
                break;
            case "no test file":
                files.Remove(format.TestFile);
                break;
            case "no third training file":
                files.Remove(third);
                break;
            case "empty file":
                files[third] = [];
                break;
            case "one byte short":
                files[third] = files[third][..^1];
                break;
            case "one byte more":
                files[third] = [.. files[third], 0];
                break;
            case "the other CIFAR's records":
                files[third] = Samples.CifarRecords(CifarFormat.Cifar100, 5, 0);
                break;
            case "label out of range":
                files[third][2 * 3073] = 10;
                break;
            case "nine class names":
                files[format.ClassFile] = "1\n2\n3\n4\n5\n6\n7\n8\n9"u8.ToArray();
                break;
            case "no class names":
                files[format.ClassFile] = [];
                break;
            case "megabytes of class names":
                files[format.ClassFile] = new byte[1_000_000];
                break;
            case "a text file":
                archive = Encoding.ASCII.GetBytes(new string('x', 2000));
                break;
            case "an empty archive":
                archive = Samples.Gzip(new byte[1024]);
                break;
            case "an empty file as archive":
                archive = [];
                break;
            case "archive cut":
                archive = Samples.Gzip(tar)[..10_000];
                break;
            case "archive with a wrong gzip checksum":
                archive = Samples.Gzip(tar);
                archive[^7] ^= 1;
                break;
            case "archive cut, tar":
                archive = tar[..2000];
                break;
            case "archive cut within a header":
                archive = tar[..100];
                break;
            case "archive of the Python version":
                archive = Samples.Tar([new("data_batch_1", [1, 2])], "cifar-10-batches-py");
                break;
            case "archive with a truncated file":
                files[third] = files[third][..^9];
                layout = "archive";
                break;
            case "archive with a file twice":
                archive = Samples.Tar(files.Append(new(third, files[third])), "x");
                break;
            case "archive with a bad checksum":
                archive = tar;
                archive[0]++;
                break;
            case "archive that promises 8 GB":
                archive = Promising8GB(tar);
                break;
            default:
                Assert.Fail(damage);
                break;
        }
        string location = damage switch
        {
            "no folder" => folder["nothing/here"],
            "empty folder" => folder.Path,
            _ => archive is null ? CifarFiles.Write(folder, format, files, layout) : folder.Write("given", archive),
        };
        long before = GC.GetAllocatedBytesForCurrentThread();
        InputException refused = Assert.Throws<InputException>(() => CifarReader.Read(format, location));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains(expected, refused.Message);
        Assert.Contains(location, refused.Message);
    }

    [Theory]
    [InlineData("cifar10", "data_batch_3.bin", 5_000, "holds 5000 images, the official file of cifar10 10000: it was cut")]
    [InlineData("cifar10", "test_batch.bin", 9_999, "holds 9999 images, the official file of cifar10 10000: it was cut")]
    [InlineData("cifar10", "data_batch_5.bin", 10_001, "holds 10001 images, the official file of cifar10 10000: it was changed")]
    [InlineData("cifar100", "train.bin", 1, "holds 1 image, the official file of cifar100 50000: it was cut")]
    public void A_file_cut_between_two_images_is_refused(string name, string file, int images, string expected)
    {
        using TempFolder folder = new();
        CifarFormat format = CifarFiles.Format(name);
        CifarFiles.WriteBlank(folder, format, file, images);
        string message = Assert.Throws<InputException>(() => CifarReader.Read(format, folder.Path)).Message;
        Assert.Contains($"'{folder[file]}' {expected}", message);
        Assert.Contains("'subset.txt'", message);
        folder.Write("subset.txt", []);
        Assert.Equal(images, name == "cifar100" ? CifarReader.Read(format, folder.Path).Train.Count : images);
    }

    /// <summary>Sets the first entry's size to the largest that octal digits can say, and its checksum to match.</summary>
    private static byte[] Promising8GB(byte[] tar)
    {
        "77777777777\0"u8.CopyTo(tar.AsSpan(124));
        "        "u8.CopyTo(tar.AsSpan(148));
        Encoding.ASCII.GetBytes($"{Convert.ToString(tar[..512].Sum(b => b), 8).PadLeft(6, '0')}\0 ").CopyTo(tar, 148);
        return tar;
    }
}
