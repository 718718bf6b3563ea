using Espalier.Data;
using Espalier.Randomness;
using Espalier.Reports.Drawing;
using SkiaSharp;

namespace Espalier.Reports.Tests.Drawing;

public sealed class ContactSheetSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Row_c_shows_the_first_images_of_class_c()
    {
        byte[] labels = [1, 0, 1, 1, 0];
        ImageSet set = new("s", ["a", "b", "empty"], 3, 32, 32, Random(5 * 3072), labels);
        ContactSheet.WritePng(set, _folder["deep", "sheet.png"], perClass: 2);

        using SKBitmap sheet = SKBitmap.Decode(_folder["deep", "sheet.png"]);
        Assert.Equal((2 * 66 + 2, 3 * 66 + 2), (sheet.Width, sheet.Height));
        foreach ((int row, int column, int image) in new[] { (0, 0, 1), (0, 1, 4), (1, 0, 0), (1, 1, 2) })
            for (int y = 0; y < 64; y++)
            for (int x = 0; x < 64; x++)
            {
                ReadOnlySpan<byte> pixel = set.Pixels.Span.Slice(image * 3072 + (y / 2 * 32 + x / 2) * 3, 3);
                SKColor shown = sheet.GetPixel(2 + column * 66 + x, 2 + row * 66 + y);
                if (shown != new SKColor(pixel[0], pixel[1], pixel[2]))
                    Assert.Fail($"row {row}, column {column}, pixel {x},{y}");
            }
        Assert.Equal(SKColors.White, sheet.GetPixel(10, 2 * 66 + 10));
        Assert.Equal(["sheet.png"], Files());
    }

    [Fact]
    public void Grey_images_are_grey()
    {
        ContactSheet.WritePng(
            new ImageSet("s", ["a"], 1, 64, 64, Enumerable.Repeat((byte)99, 4096).ToArray(), new byte[1]),
            _folder["s.png"],
            1
        );
        using SKBitmap sheet = SKBitmap.Decode(_folder["s.png"]);
        Assert.Equal(new SKColor(99, 99, 99), sheet.GetPixel(30, 30));
    }

    [Fact]
    public void What_cannot_be_drawn_or_written_is_refused_and_leaves_nothing()
    {
        ImageSet set = new("s", ["a", "b"], 1, 4, 4, Random(5 * 16), new byte[5]);
        Assert.Throws<InputException>(() => ContactSheet.WritePng(set, _folder["s.png"], 0));
        Assert.Throws<InputException>(() => ContactSheet.WritePng(set, _folder["s.png"], 1_000_000_000));
        string file = _folder["file"];
        File.WriteAllBytes(file, [1]);
        Assert.Contains(file, Assert.Throws<InputException>(() => ContactSheet.WritePng(set, Path.Combine(file, "s.png"))).Message);
        Directory.CreateDirectory(_folder["taken.png"]);
        Assert.Throws<InputException>(() => ContactSheet.WritePng(set, _folder["taken.png"]));
        Assert.Equal(["file"], Files());
    }

    public void Dispose() => _folder.Dispose();

    private string?[] Files() => [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName)];

    private static byte[] Random(int count)
    {
        RandomStream random = new(7, "sheet");
        return [.. Enumerable.Range(0, count).Select(_ => (byte)random.NextInt(256))];
    }
}
