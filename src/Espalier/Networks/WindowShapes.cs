namespace Espalier.Networks;

/// <summary>Sizes of what comes of windows that move over a map.</summary>
internal static class WindowShapes
{
    /// <summary>As libtorch has them; 0 where no window fits.</summary>
    /// <param name="x">The map.</param>
    /// <param name="channels">Of the output.</param>
    /// <param name="kernel">Positions of a window.</param>
    /// <param name="stride">Between windows.</param>
    /// <param name="padding">On both sides.</param>
    /// <param name="dilation">Between a window's positions.</param>
    /// <param name="ceil">Whether a last window that is not whole counts.</param>
    public static Shape Of(Shape x, int channels, Extent kernel, Extent stride, Extent padding, Extent dilation, bool ceil = false) =>
        Shape.Maps(
            channels,
            Along(x.Height, kernel.Height, stride.Height, padding.Height, dilation.Height, ceil),
            Along(x.Width, kernel.Width, stride.Width, padding.Width, dilation.Width, ceil)
        );

    /// <summary>Of what windows are spread over; less than 1 where padding leaves nothing.</summary>
    public static Shape Transposed(Shape x, ConvTranspose op)
    {
        return Shape.Maps(
            op.Out,
            Spread(x.Height, op.Kernel.Height, op.Stride.Height, op.Padding.Height, op.OutputPadding.Height, op.Dilation.Height),
            Spread(x.Width, op.Kernel.Width, op.Stride.Width, op.Padding.Width, op.OutputPadding.Width, op.Dilation.Width)
        );

        static int Spread(long size, int kernel, int stride, int padding, int further, int dilation) =>
            (int)Math.Clamp((size - 1) * stride - 2L * padding + (long)dilation * (kernel - 1) + further + 1, 0, int.MaxValue);
    }

    private static int Along(int size, int kernel, int stride, int padding, int dilation, bool ceil)
    {
        long room = size + 2L * padding - (long)dilation * (kernel - 1) - 1;
        if (room < 0)
            return 0;
        long windows = (ceil ? (room + stride - 1) / stride : room / stride) + 1;
        // A window that would begin in the border behind the map has nothing to look at.
        if (ceil && (windows - 1) * stride >= size + (long)padding)
            windows--;
        return (int)Math.Min(int.MaxValue, windows);
    }
}
