using Espalier.Data;
using Espalier.Tests.Support;
using SkiaSharp;
using Xunit;

namespace Espalier.Tests.Data;

public class ContactSheetSpecs
{
    [Fact]
    public void Row_c_shows_the_first_images_of_class_c()
    {
        using TempFolder folder = new();
        byte[] labels = [1, 0, 1, 1, 0];
        ImageSet set = new("s", ["a", "b", "empty"], 3, 32, 32, Samples.Random("sheet", 5 * 3072), labels);
        ContactSheet.WritePng(set, folder["deep/sheet.png"], perClass: 2);

        using SKBitmap sheet = SKBitmap.Decode(folder["deep/sheet.png"]);
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
        Assert.Equal(["deep/sheet.png"], folder.Files());
    }

    [Fact]
    public void Grey_images_are_grey()
    {
        using TempFolder folder = new();
        ContactSheet.WritePng(
            new ImageSet("s", ["a"], 1, 64, 64, Enumerable.Repeat((byte)99, 4096).ToArray(), new byte[1]),
            folder["s.png"],
            1
        );
        using SKBitmap sheet = SKBitmap.Decode(folder["s.png"]);
        Assert.Equal(new SKColor(99, 99, 99), sheet.GetPixel(30, 30));
    }

    [Fact]
    public void What_cannot_be_drawn_or_written_is_refused_and_leaves_nothing()
    {
        using TempFolder folder = new();
        ImageSet set = Samples.Set(5, 4, 4, 1);
        Assert.Throws<InputException>(() => ContactSheet.WritePng(set, folder["s.png"], 0));
        Assert.Throws<InputException>(() => ContactSheet.WritePng(set, folder["s.png"], 1_000_000_000));
        string file = folder.Write("file", [1]);
        Assert.Contains(file, Assert.Throws<InputException>(() => ContactSheet.WritePng(set, Path.Combine(file, "s.png"))).Message);
        Directory.CreateDirectory(folder["taken.png"]);
        Assert.Throws<InputException>(() => ContactSheet.WritePng(set, folder["taken.png"]));
        Assert.Equal(["file"], folder.Files());
    }
}
