using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Zeros around maps, and around channels.</summary>
internal static class Borders
{
    /// <summary>Pad.</summary>
    public static Value Pad(Step step)
    {
        long[] pads = step.Ints("pads", 1) ?? throw step.Refuse("has no pads");
        if (pads.All(pad => pad == 0))
            return step.Required(0);
        (Activation x, int rows, int columns) = step.Required(0) is Strided strided
            ? (strided.Of, strided.Rows, strided.Columns)
            : (step.Maps(step.Required(0)), 1, 1);
        bool isZero = step.Optional(2) is null ? step.Float("value", 0) == 0 : step.Optional(2) is Constant { Scalar: 0 };
        if (step.Text("mode", "constant") != "constant" || !isZero || step.Optional(3) is not null)
            throw step.Refuse("has a border of other values than zeros, or of some axes alone");
        if (pads.Length != 8 || !pads.Take(4).SequenceEqual(pads.Skip(4)) || pads[0] != 0 || pads.Any(pad => pad < 0))
            throw step.Refuse($"has the borders [{string.Join(",", pads.Take(16))}]; expected as much before as behind");
        if (pads[2] == 0 && pads[3] == 0 && rows == columns)
        {
            int channels = step.Size("channels", step.Draft.ShapeOf(x.Node).Channels + 2 * (long)step.Size("pads", pads[1], 0), 1);
            return step.Draft.Seen(step.Emit(new PadShortcut(channels, rows), null, x.Node));
        }
        return pads[1] == 0 && rows == 1 && columns == 1
            ? new Bordered(step.Node, x, step.Size("pads", pads[2], 0), step.Size("pads", pads[3], 0))
            : throw step.Refuse("has a border of channels and of positions at once");
    }
}
