using Espalier.Networks;
using Espalier.Onnx.Format;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Maps of another size.</summary>
internal static class Sizes
{
    /// <summary>Resize, as exporters write PyTorch's Upsample.</summary>
    public static Value Resize(Step step)
    {
        if (step.Opset < 11)
            return Upsample(step);
        Activation x = step.Maps(step.Required(0));
        Shape shape = step.Draft.ShapeOf(x.Node);
        if (step.Ints("axes") is not null)
            throw step.Refuse("resizes some axes alone; expected all of them");
        long[] size = step.Optional(3) is not null ? step.Ints("sizes", 3)! : ByScales(step, shape, Scales(step, 2));
        if (size.Length != 4 || size[0] != step.Draft.Batch || size[1] != shape.Channels)
            throw step.Refuse($"makes [{string.Join(",", size.Take(8))}]; expected as many images and channels as there were");
        var wanted = new Extent(step.Size("size", size[2], 1), step.Size("size", size[3], 1));
        bool isWhole = wanted.Height % shape.Height == 0 && wanted.Width % shape.Width == 0;
        Upsampling mode = (step.Text("mode", "nearest"), step.Text("coordinate_transformation_mode", "half_pixel")) switch
        {
            ("nearest", "asymmetric") when step.Text("nearest_mode", "round_prefer_floor") == "floor" => Upsampling.Nearest,
            // By a whole factor every way of rounding finds the position that a value lies in.
            ("nearest", "half_pixel" or "pytorch_half_pixel") when isWhole => Upsampling.Nearest,
            ("linear", "half_pixel") => Upsampling.Bilinear,
            ("linear", "pytorch_half_pixel") when wanted.Height > 1 && wanted.Width > 1 => Upsampling.Bilinear,
            var (kind, way) => throw step.Refuse(
                $"resizes by '{Files.FileFaults.Shorten(kind)}' with '{Files.FileFaults.Shorten(way)}'; expected what PyTorch's "
                    + "Upsample does with align_corners false"
            ),
        };
        return step.Draft.Seen(step.Emit(Of(shape, wanted, mode), null, x.Node));
    }

    /// <summary>
    /// Upsample, and Resize of version 10. Both find the position that a value lies in by the pixels' corners and round down, as PyTorch's
    /// nearest does; in between, they take distances from the corners, too, which is not what PyTorch's Upsample does.
    /// </summary>
    public static Value Upsample(Step step)
    {
        Activation x = step.Maps(step.Required(0));
        Shape shape = step.Draft.ShapeOf(x.Node);
        string mode = step.Text("mode", "nearest");
        if (mode != "nearest")
            throw step.Refuse(
                $"resizes by '{Files.FileFaults.Shorten(mode)}' as versions before 11 do, from the pixels' corners; expected nearest, "
                    + "or a model of version 11 or newer"
            );
        double[] scales = Scales(step, 1);
        long[] size = ByScales(step, shape, scales);
        if (scales[0] != 1 || scales[1] != 1 || scales[2] < 1 || scales[3] < 1)
            throw step.Refuse("has scales of images or channels, or below 1; expected larger maps");
        var wanted = new Extent(step.Size("size", size[2], 1), step.Size("size", size[3], 1));
        return step.Draft.Seen(step.Emit(Of(shape, wanted, Upsampling.Nearest), null, x.Node));
    }

    private static Upsample Of(Shape from, Extent to, Upsampling mode) =>
        to.Height % from.Height == 0 && to.Width % from.Width == 0
            ? new(Factor: new Extent(to.Height / from.Height, to.Width / from.Width), Mode: mode)
            : new(Size: to, Mode: mode);

    /// <summary>Four: up to version 8 an attribute, then an input.</summary>
    private static double[] Scales(Step step, int input)
    {
        double[] scales =
            step.Node.Attributes.TryGetValue("scales", out OnnxAttribute? given) ? [.. given.Numbers.Select(scale => (double)scale)]
            : step.Constant(input, "scales") is { Count: <= 8 } small ? small.Doubles()
            : throw step.Refuse("has more scales than axes");
        return scales.Length == 4 ? scales : throw step.Refuse($"has {scales.Length} scales; expected 4");
    }

    private static long[] ByScales(Step step, Shape shape, double[] scales)
    {
        long[] lengths = Axes.Usual(shape, step.Draft.Batch).Lengths;
        double[] sizes = [.. lengths.Select((length, axis) => length * scales[axis])];
        // ONNX takes positions by the factor that is written, a network here by that of both sizes: the same where it gives a whole size.
        int broken = Array.FindIndex(sizes, size => double.IsFinite(size) && size != Math.Floor(size));
        if (broken >= 0)
            throw step.Refuse(
                FormattableString.Invariant($"resizes {lengths[broken]} by {scales[broken]:0.######}, which is no whole size; ")
                    + "expected a factor that gives one, or a size"
            );
        return sizes.All(size => size is >= 1 and < 1L << 40)
            ? [.. sizes.Select(size => (long)size)]
            : throw step.Refuse("has scales that leave nothing, or too much");
    }
}
