using Espalier.Data;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Data;

/// <summary>CIFAR in every layout in which it is found.</summary>
public class CifarReaderSpecs
{
    public static TheoryData<string, string> Layouts
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (string format in new[] { "cifar10", "cifar100" })
            foreach (
                string layout in new[]
                {
                    "folder",
                    "parent",
                    "archive",
                    "folder of archive",
                    "archive, plain tar",
                    "archive, GNU",
                    "archive, PAX",
                }
            )
                rows.Add(format, layout);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Images_are_read_from_every_layout(string name, string layout)
    {
        using TempFolder folder = new();
        CifarFormat format = CifarFiles.Format(name);
        Dictionary<string, byte[]> files = Samples.Cifar(format);
        (ImageSet train, ImageSet test) = CifarReader.Read(format, CifarFiles.Write(folder, format, files, layout));

        byte[] allTrain = [.. format.TrainFiles.SelectMany(file => files[file])];
        foreach ((ImageSet set, byte[] bytes) in new[] { (train, allTrain), (test, files[format.TestFile]) })
        {
            Assert.Equal(bytes.Length / format.RecordSize, set.Count);
            for (int i = 0; i < set.Count; i++)
            {
                ReadOnlySpan<byte> record = bytes.AsSpan(i * format.RecordSize, format.RecordSize);
                Assert.Equal(record[format.LabelBytes - 1], set.Labels.Span[i]);
                for (int c = 0; c < 3; c++)
                for (int p = 0; p < 1024; p++)
                    if (record[format.LabelBytes + c * 1024 + p] != set.Pixels.Span[i * 3072 + p * 3 + c])
                        Assert.Fail($"image {i}, channel {c}, pixel {p}");
            }
        }
        Assert.Equal(format.DefaultClasses, train.Classes);
    }

    [Fact]
    public void Class_names_are_read_where_they_are()
    {
        using TempFolder folder = new();
        Dictionary<string, byte[]> files = Samples.Cifar(CifarFormat.Cifar10);
        files["batches.meta.txt"] = "a\nb\nc\nd\ne\nf\ng\r\nh\ni\nj\n\n"u8.ToArray();
        Assert.Equal(
            "a b c d e f g h i j",
            string.Join(
                ' ',
                CifarReader.Read(CifarFormat.Cifar10, CifarFiles.Write(folder, CifarFormat.Cifar10, files, "archive")).Test.Classes
            )
        );
    }

    [Fact]
    public void Files_of_the_official_size_are_read()
    {
        using TempFolder folder = new();
        CifarFiles.WriteBlank(folder, CifarFormat.Cifar10, "", 0);
        (ImageSet train, ImageSet test) = CifarReader.Read(CifarFormat.Cifar10, folder.Path);
        Assert.Equal((50_000, 10_000), (train.Count, test.Count));
    }
}
