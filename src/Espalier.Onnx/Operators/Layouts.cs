using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>What moves numbers and computes none: other axes of the same values.</summary>
internal static class Layouts
{
    /// <summary>Reshape.</summary>
    public static Value Reshape(Step step) =>
        Viewed(
            step,
            (x, lengths) =>
            {
                long[] target = Moving.Target(step, lengths, step.Ints("shape", 1) ?? throw step.Refuse("has no shape"));
                return Reshaped(step, x, target);
            }
        );

    /// <summary>Flatten: two axes.</summary>
    public static Value Flatten(Step step) =>
        Viewed(
            step,
            (x, lengths) =>
            {
                long axis = step.Int("axis", 1);
                int at = axis == lengths.Length ? lengths.Length : step.Axis(axis, lengths.Length);
                return Reshaped(step, x, [Product(lengths.Take(at)), Product(lengths.Skip(at))]);
            }
        );

    /// <summary>Squeeze.</summary>
    public static Value Squeeze(Step step) =>
        Viewed(
            step,
            (x, lengths) =>
            {
                int[] gone = step.Ints("axes", 1) is { } axes
                    ? [.. axes.Select(axis => step.Axis(axis, lengths.Length))]
                    : [.. Enumerable.Range(0, lengths.Length).Where(axis => lengths[axis] == 1)];
                if (gone.Any(axis => lengths[axis] != 1))
                    throw step.Refuse($"leaves out an axis of [{string.Join(",", lengths)}] that is longer than 1");
                return Reshaped(step, x, [.. lengths.Where((_, axis) => !gone.Contains(axis))]);
            }
        );

    /// <summary>Unsqueeze.</summary>
    public static Value Unsqueeze(Step step) =>
        Viewed(step, (x, lengths) => Reshaped(step, x, Moving.Unsqueezed(step, lengths, step.Ints("axes", 1) ?? [])));

    /// <summary>Transpose.</summary>
    public static Value Transpose(Step step) => Viewed(step, (x, lengths) => x.Seen(x.Axes.Transposed(Moving.Order(step, lengths.Length))));

    /// <summary>Slice, with steps for a shortcut without parameters.</summary>
    public static Value Slice(Step step)
    {
        bool isStrided = step.Required(0) is Strided;
        Activation x = step.Required(0) is Strided given ? given.Of : step.Activation(0);
        (int rows, int columns) = step.Required(0) is Strided { Rows: var r, Columns: var c } ? (r, c) : (1, 1);
        long[] lengths = x.Axes.Lengths;
        foreach (SliceRange range in SliceRange.Of(step, lengths))
        {
            long length = lengths[range.Axis];
            if (range is { Start: 0, Step: 1 } && range.End == length)
                continue;
            Shape shape = step.Draft.ShapeOf(x.Node);
            if (range is { Start: 0, Step: > 1 and < 1 << 20 } && range.End == length && x.Axes.Same(Axes.Usual(shape, step.Draft.Batch)))
            {
                (rows, columns, isStrided) = range.Axis switch
                {
                    2 => (rows * (int)range.Step, columns, true),
                    3 => (rows, columns * (int)range.Step, true),
                    _ => throw step.Refuse("takes every so-many-th of an axis that is neither rows nor columns"),
                };
                continue;
            }
            if (range.Step != 1 || isStrided)
                throw step.Refuse("takes a part of an axis in steps");
            x = Cuts.Cut(step, x, range.Axis, range.Start, range.End - range.Start);
        }
        return isStrided ? new Strided(x, rows, columns) : Flat.Settled(step, x);
    }

    /// <summary>Gather of one place of an axis.</summary>
    public static Value Gather(Step step)
    {
        Activation x = step.Activation(0);
        Constant index = step.Constant(1, "indices");
        int axis = step.Axis(step.Int("axis", 0), x.Axes.Rank);
        if (index.Count != 1)
            throw step.Refuse($"takes {index.Count} places of an axis; expected one");
        long at = index.Long(0),
            length = x.Axes.Lengths[axis];
        Activation cut = Cuts.Cut(step, x, axis, at < 0 ? at + length : at, 1);
        return index.Dims.Length == 0 ? Flat.Settled(step, cut.Seen(cut.Axes.Without(axis))) : Flat.Settled(step, cut);
    }

    /// <summary>Split into parts of an axis.</summary>
    public static IReadOnlyList<Value> Split(Step step)
    {
        Activation x = step.Activation(0);
        int axis = step.Axis(step.Int("axis", 0), x.Axes.Rank),
            parts = step.Node.Outputs.Count;
        long length = x.Axes.Lengths[axis],
            each = (length + parts - 1) / parts;
        long[] sizes = step.Ints("split", 1) ?? [.. Enumerable.Range(0, parts).Select(part => Math.Clamp(length - part * each, 0, each))];
        if (sizes.Length != parts || sizes.Any(size => size < 1 || size > length) || sizes.Sum() != length)
            throw step.Refuse($"splits {length} into {string.Join(" + ", sizes.Take(8))}");
        var values = new List<Value>();
        long start = 0;
        foreach (long size in sizes)
        {
            values.Add(Cuts.Cut(step, x, axis, start, size));
            start += size;
        }
        return values;
    }

    private static Value Viewed(Step step, Func<Activation, long[], Activation> view) => Viewed(step, step.Required(0), view);

    private static Value Viewed(Step step, Value value, Func<Activation, long[], Activation> view)
    {
        // A number that multiplies does so on other axes, too.
        if (value is Deferred { Form: Form.Scaled } scaled)
            return new Deferred(scaled.Source, Form.Scaled, [Viewed(step, scaled.Parts[0], view)], scaled.Number);
        Activation x = step.Resolved(value);
        return Flat.Settled(step, view(x, x.Axes.Lengths));
    }

    private static Activation Reshaped(Step step, Activation x, long[] lengths) =>
        x.Axes.Reshaped(lengths) is { } axes
            ? x.Seen(axes)
            : throw step.Refuse(
                $"makes [{string.Join(",", lengths)}] of [{string.Join(",", x.Axes.Lengths)}], which cuts through channels or positions"
            );

    private static long Product(IEnumerable<long> lengths) => lengths.Aggregate(1L, (product, length) => product * length);
}
