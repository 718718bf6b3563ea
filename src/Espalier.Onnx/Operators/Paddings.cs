using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Borders of convolutions and pools: as wide above as below, on the left as on the right.</summary>
internal static class Paddings
{
    /// <summary>By the attributes <c>pads</c> and <c>auto_pad</c>, and a border that was there before.</summary>
    public static Extent Of(Step step, Activation x, Extent kernel, Extent stride, Extent dilation, Extent border)
    {
        Shape shape = step.Draft.ShapeOf(x.Node);
        string way = step.Text("auto_pad", "NOTSET");
        var rows = new Along(shape.Height + 2L * border.Height, kernel.Height, stride.Height, dilation.Height);
        var columns = new Along(shape.Width + 2L * border.Width, kernel.Width, stride.Width, dilation.Width);
        (long Before, long Behind)[] pads;
        switch (way)
        {
            case "NOTSET" or "" when step.Ints("pads") is null or []:
            case "VALID":
                return border;
            case "NOTSET" or "" when step.Ints("pads") is [var top, var left, var bottom, var right]:
                pads = [(top, bottom), (left, right)];
                break;
            case "SAME_UPPER":
                pads = [.. new[] { rows.Total, columns.Total }.Select(total => (total / 2, total - total / 2))];
                break;
            case "SAME_LOWER":
                pads = [.. new[] { rows.Total, columns.Total }.Select(total => (total - total / 2, total / 2))];
                break;
            default:
                throw step.Refuse($"has auto_pad '{Files.FileFaults.Shorten(way)}' or borders of other axes than rows and columns");
        }
        foreach ((long before, long behind) in pads)
            _ = (step.Size("pads", before, 0), step.Size("pads", behind, 0));
        bool isCeiled = step.Int("ceil_mode", 0) != 0;
        return rows.IsEven(pads[0], isCeiled) && columns.IsEven(pads[1], isCeiled)
            ? new Extent((int)pads[0].Before + border.Height, (int)pads[1].Before + border.Width)
            : throw step.Refuse(
                $"has a border of {pads[0].Before} above, {pads[0].Behind} below, {pads[1].Before} on the left and {pads[1].Behind} "
                    + "on the right; expected as much before as behind"
            );
    }

    /// <summary>Windows along an axis.</summary>
    private readonly record struct Along(long Size, int Kernel, int Stride, int Dilation)
    {
        /// <summary>A border with which there are as many windows as steps fit in the axis.</summary>
        public long Total => Math.Max(0, ((Size + Stride - 1) / Stride - 1) * Stride + (Kernel - 1L) * Dilation + 1 - Size);

        /// <summary>Whether a border is as wide behind as before, or could be: no window would reach the rest of it.</summary>
        public bool IsEven((long Before, long Behind) pads, bool isCeiled) =>
            pads.Before == pads.Behind || !isCeiled && Windows(2 * pads.Before) == Windows(pads.Before + pads.Behind);

        private long Windows(long border) => (Size + border - (Kernel - 1L) * Dilation - 1) / Stride;
    }
}
