using Espalier.Data;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Data;

/// <summary>Images of any size are brought to one, with the bits of torchvision on Pillow's images.</summary>
public sealed class ImageFitSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(37, 53, 16, 16)]
    [InlineData(53, 37, 16, 16)]
    [InlineData(9, 5, 32, 32)]
    [InlineData(100, 30, 24, 24)]
    [InlineData(32, 32, 32, 32)]
    public void Resized_cropped_stretched_and_grey_images_are_those_of_torchvision(int height, int width, int toHeight, int toWidth)
    {
        var random = new RandomStream(0, "fit", height);
        byte[] pixels = [.. Enumerable.Range(0, height * width * 3).Select(_ => (byte)random.NextInt(256))];
        File.WriteAllBytes(_folder["in"], pixels);
        PyTorch.Run(
            """
            from PIL import Image
            from torchvision import transforms as T
            height, width, h, w = (int(number) for number in sys.argv[3:])
            image = Image.frombytes("RGB", (width, height), open(sys.argv[1], "rb").read())
            crop = T.Compose([T.Resize(h), T.CenterCrop((h, w))])
            for name, made in dict(crop=crop(image), stretch=image.resize((w, h), Image.BILINEAR), grey=crop(image).convert("L")).items():
                open(sys.argv[2] + name, "wb").write(made.tobytes())
            """,
            _folder["in"],
            _folder["out-"],
            $"{height}",
            $"{width}",
            $"{toHeight}",
            $"{toWidth}"
        );
        foreach (string name in new[] { "crop", "stretch", "grey" })
            Assert.Equal(
                File.ReadAllBytes(_folder[$"out-{name}"]),
                ImageFit.Fit(
                    new ColourImage(height, width, pixels),
                    new OwnImageOptions { Stretch = name == "stretch", Channels = name == "grey" ? 1 : 3 },
                    (toHeight, toWidth)
                )
            );
    }

    [Fact]
    public void An_even_image_stays_even_at_any_size()
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)200, 7 * 11 * 3)];
        foreach (bool stretch in new[] { false, true })
            Assert.All(
                ImageFit.Fit(new ColourImage(7, 11, pixels), new OwnImageOptions { Stretch = stretch }, (5, 20)),
                value => Assert.Equal(200, value)
            );
        Assert.Equal(3 * 4 * 4, ImageFit.Fit(new ColourImage(1, 4000, new byte[12000]), new(), (4, 4)).Length);
    }

    [Fact]
    public void Several_numbers_at_a_time_give_the_bits_of_one_after_the_other()
    {
        var random = new RandomStream(0, "vectors");
        for (int i = 0; i < 150; i++)
        {
            int height = 1 + random.NextInt(i % 10 == 0 ? 900 : 60),
                width = 1 + random.NextInt(i % 10 == 1 ? 2500 : 60),
                step = new[] { 1, 3, 4 }[random.NextInt(3)],
                stride = width * step + random.NextInt(9),
                toHeight = 1 + random.NextInt(70),
                toWidth = 1 + random.NextInt(70);
            // Extremes, where a sum that is a little too large would show.
            byte[] pixels = [.. Enumerable.Range(0, height * stride + 5).Select(_ => (byte)(random.NextInt(2) * 255 ^ random.NextInt(3)))];
            using DecodedWindow from = new(pixels, 5, stride, step, height, width);
            int top = random.NextInt(toHeight),
                left = random.NextInt(toWidth);
            var wanted = new ImageWindow(top, left, 1 + random.NextInt(toHeight - top), 1 + random.NextInt(toWidth - left));
            int bytes = wanted.Height * wanted.Width * (step == 1 ? 1 : 3);
            byte[] plain = new byte[bytes],
                together = new byte[bytes];
            Resampling.Resize(from, toHeight, toWidth, wanted, plain, vectors: false);
            Resampling.Resize(from, toHeight, toWidth, wanted, together);
            Assert.Equal(plain, together);
        }
    }
}
