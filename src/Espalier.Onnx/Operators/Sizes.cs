using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Maps of another size.</summary>
internal static class Sizes
{
    /// <summary>Resize, as exporters write PyTorch's Upsample.</summary>
    public static Value Resize(Step step)
    {
        Activation x = step.Maps(step.Required(0));
        Shape shape = step.Draft.ShapeOf(x.Node);
        if (step.Opset < 11 || step.Ints("axes") is not null)
            throw step.Refuse("resizes as versions before 11 do, or some axes alone; expected version 11 or newer and all axes");
        long[] size = step.Optional(3) is not null ? step.Ints("sizes", 3)! : ByScales(step, shape);
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
        Upsample op = isWhole
            ? new(Factor: new Extent(wanted.Height / shape.Height, wanted.Width / shape.Width), Mode: mode)
            : new(Size: wanted, Mode: mode);
        return step.Draft.Seen(step.Emit(op, null, x.Node));
    }

    private static long[] ByScales(Step step, Shape shape)
    {
        Constant scales = step.Constant(2, "scales");
        if (scales.Count != 4)
            throw step.Refuse($"has {scales.Count} scales; expected 4");
        long[] lengths = Axes.Usual(shape, step.Draft.Batch).Lengths;
        double[] sizes = [.. lengths.Select((length, axis) => length * scales.Double(axis))];
        // ONNX takes positions by the factor that is written, a network here by that of both sizes: the same where it gives a whole size.
        int broken = Array.FindIndex(sizes, size => double.IsFinite(size) && size != Math.Floor(size));
        if (broken >= 0)
            throw step.Refuse(
                FormattableString.Invariant($"resizes {lengths[broken]} by {scales.Double(broken):0.######}, which is no whole size; ")
                    + "expected a factor that gives one, or a size"
            );
        return sizes.All(size => size is >= 1 and < 1L << 40)
            ? [.. sizes.Select(size => (long)size)]
            : throw step.Refuse("has scales that leave nothing, or too much");
    }
}
