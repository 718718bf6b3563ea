using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Means over all positions, which are pools, and over channels, which are steps of a norm.</summary>
internal static class Reductions
{
    /// <summary>ReduceMean.</summary>
    public static Value Mean(Step step)
    {
        Value value = step.Required(0);
        Activation x = value as Activation ?? (value as Deferred)?.Root ?? step.Whole(0);
        int[] axes =
        [
            .. (step.Ints("axes", 1) ?? [.. Enumerable.Range(0, x.Axes.Rank).Select(axis => (long)axis)]).Select(axis =>
                step.Axis(axis, x.Axes.Rank)
            ),
        ];
        Shape shape = step.Draft.ShapeOf(x.Node);
        if (axes is [var only] && x.Part is null && x.Axes.Is(only, Axes.Whole(Dim.Channels, shape.Channels)) && shape.Channels > 1)
            return step.Int("keepdims", 1) != 0
                ? Formulas.Made(step, Form.Mean, value)
                : throw step.Refuse("takes a mean over channels, which no operation here does");
        x = step.Whole(value);
        Atom[] over = [.. axes.SelectMany(axis => x.Axes[axis])];
        Atom[] positions = [.. x.Axes.All().Where(atom => atom.Of is Dim.Rows or Dim.Columns)];
        if (shape.IsFlat || !over.ToHashSet().SetEquals(positions))
            throw step.Refuse("takes a mean over something else than all positions");
        int node = step.Emit(new GlobalAveragePool(), null, x.Node);
        Axes kept = x.Axes;
        foreach (int axis in axes.Distinct().OrderDescending())
            kept = step.Int("keepdims", 1) != 0 ? kept.With(axis, []) : kept.Without(axis);
        return Flat.Settled(step, new Activation(node, kept));
    }
}
