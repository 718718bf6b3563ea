using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Parts of an axis: some of the channels, or one token.</summary>
internal static class Cuts
{
    /// <summary>Places of an axis from one on.</summary>
    public static Activation Cut(Step step, Activation x, int axis, long start, long length)
    {
        long all = x.Axes.Lengths[axis];
        if (start < 0 || length < 1 || start > all - length)
            throw step.Refuse($"takes {length} from place {start} of an axis of {all}");
        if (length == all)
            return x;
        Shape shape = step.Draft.ShapeOf(x.Node);
        if (x.Axes[axis] is [var atom])
        {
            (int first, int channels) = x.Part ?? (0, shape.Channels);
            // The slowest digit of the channels: what it counts lies side by side.
            if (atom.Of == Dim.Channels && atom.Stride * atom.Size == channels)
                return new Activation(
                    x.Node,
                    x.Axes.With(axis, [atom with { Size = length }]),
                    (first + (int)(start * atom.Stride), (int)(length * atom.Stride))
                );
            if (
                length == 1
                && x.Part is null
                && shape is { IsFlat: false, Width: 1 }
                && x.Axes.Is(axis, Axes.Whole(Dim.Rows, shape.Height))
            )
                return new Activation(step.Emit(new Token((int)start), null, x.Node), x.Axes.With(axis, []));
        }
        throw step.Refuse("takes a part of an axis; expected one token, or thirds of the channels as attention has them");
    }
}
