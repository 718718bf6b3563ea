using Espalier.Data;
using Espalier.Images;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Flat test images are told apart by ILSVRC 2012's development kit, as scipy writes a file of its kind.</summary>
public sealed class DevelopmentKitSpecs : IDisposable
{
    private const string Kit = "set/ILSVRC2012_devkit_t12/data";
    private static readonly string[] s_classes = ["n01440764", "n01443537", "n02084071"];
    private readonly TempFolder _folder = new();

    public DevelopmentKitSpecs()
    {
        foreach (string name in s_classes)
            _folder.Write($"set/train/{name}/{name}_0.JPEG", new byte[100]);
        for (int i = 1; i <= 6; i++)
            _folder.Write($"set/val/ILSVRC2012_val_{i:00000000}.JPEG", new byte[100 + i]);
        Directory.CreateDirectory(_folder[Kit]);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Numbers_become_classes_by_the_kit(bool compressed)
    {
        WriteMeta(compressed, "[(300, 'n02084071'), (1, 'n01443537'), (70000, 'n01440764'), (1001, 'n00001740')]");
        Truth("300", "1", "70000", "1", "300", "300");
        ImageSet test = Open().Test;
        int[] found = new int[6];
        for (int i = 0; i < test.Count; i++)
            found[int.Parse(test.NameOf(i).Split(' ')[1]) - 101] = test.Labels.Span[i];
        Assert.Equal([2, 1, 0, 1, 2, 2], found);
    }

    [Fact]
    public void What_does_not_match_is_refused()
    {
        WriteMeta(true, "[(1, 'n01440764'), (2, 'n01443537'), (3, 'n02084071'), (4, 'n09999999')]");
        Truth("1", "2", "3", "1", "2");
        Refused("does not say of what class 'ILSVRC2012_val_00000006.JPEG' is");
        Truth("1", "2", "3", "1", "2", "3", "3");
        Refused("names 7 images");
        Truth("1", "2", "2", "1", "2", "2");
        Refused("names no image of 'n02084071'");
        Truth("1", "2", "3", "1", "2", "9");
        Refused("has '9' in line 6");
        Truth("1", "2", "3", "1", "2", "4");
        Refused("'n09999999', which is no folder of the training images");
        Truth("1", "2", "3", "1", "2", "");
        Refused("has '' in line 6");
        File.Delete(_folder[$"{Kit}/meta.mat"]);
        Refused("meta.mat");
        Directory.Delete(_folder[Kit], true);
        Refused("neither a 'val.txt' nor 'ILSVRC2012_devkit_t12'");
    }

    [Fact]
    public void A_damaged_kit_is_refused_whatever_is_wrong_with_it()
    {
        WriteMeta(false, "[(1, 'n01440764'), (2, 'n01443537'), (3, 'n02084071')]");
        Truth("1", "2", "3", "1", "2", "3");
        byte[] whole = File.ReadAllBytes(_folder[$"{Kit}/meta.mat"]);
        for (int at = 128; at < whole.Length; at += 5)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(_folder[$"{Kit}/meta.mat"], damaged);
            Sentence();
            File.WriteAllBytes(_folder[$"{Kit}/meta.mat"], whole[..at]);
            Sentence();
        }

        // A bit in a name that nobody reads may do no harm.
        void Sentence()
        {
            try
            {
                Open();
            }
            catch (InputException fault)
            {
                Assert.DoesNotContain('\n', fault.Message);
            }
        }
    }

    private void Refused(string part) => Assert.Contains(part, Assert.Throws<InputException>(() => Open()).Message);

    private void Truth(params string[] lines) =>
        _folder.WriteText($"{Kit}/ILSVRC2012_validation_ground_truth.txt", string.Join('\n', lines) + "\n");

    private void WriteMeta(bool compressed, string synsets) =>
        PyTorch.Run(
            """
            import ast, numpy, scipy.io
            given = ast.literal_eval(sys.argv[2])
            kinds = [("ILSVRC2012_ID", "O"), ("WNID", "O"), ("words", "O"), ("num_children", "O"), ("children", "O"), ("height", "O")]
            array = numpy.zeros((len(given), 1), dtype=kinds)
            for i, (number, name) in enumerate(given):
                kind = numpy.uint8 if number < 256 else numpy.uint16 if number < 65536 else numpy.float64
                array[i, 0] = (kind(number), name, "a fish, an animal", 2.0, numpy.array([4.0, 5.0]), 1.5)
            scipy.io.savemat(sys.argv[1], {"other": numpy.ones((2, 2)), "synsets": array}, do_compression=sys.argv[3] == "True")
            """,
            _folder[$"{Kit}/meta.mat"],
            synsets,
            $"{compressed}"
        );

    private DataSet Open() =>
        OwnImages.Open($"imagenet:{_folder["set"]}", new OwnImageOptions { Size = (8, 8), MostInMemory = 0 }, new ImageDecoder());
}
