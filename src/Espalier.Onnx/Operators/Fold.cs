using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Nodes that are given arrays of the model alone, or that ask for shapes: their results are known before any image is.</summary>
internal static class Fold
{
    private static readonly Dictionary<string, Func<Step, Constant>> s_folds = new(StringComparer.Ordinal)
    {
        ["Reshape"] = step => Reshaped(step, Moving.Target(step, Lengths(step), step.Constant(1, "shape").Longs())),
        ["Flatten"] = Flattened,
        ["Unsqueeze"] = step => Reshaped(step, Moving.Unsqueezed(step, Lengths(step), step.Ints("axes", 1) ?? [])),
        ["Squeeze"] = Squeezed,
        ["Transpose"] = step => Moving.Transposed(step, Given(step), Moving.Order(step, Given(step).Dims.Length)),
        ["Slice"] = Sliced,
        ["Gather"] = Gathered,
        ["Concat"] = Joined,
        ["Cast"] = step => Cast(step, MakesWhole(step)),
        ["ConstantOfShape"] = Generators.Filled,
        ["Range"] = Generators.Range,
        ["ReduceProd"] = step => Constant.Of("", [], [Small(step).Doubles().Aggregate(1.0, (product, value) => product * value)]),
    };

    /// <summary>Whether there are nodes of this operator whose results are known.</summary>
    public static bool Knows(string kind) => kind is "Constant" or "Shape" or "Size" || s_folds.ContainsKey(kind) || Arithmetic.Knows(kind);

    /// <summary>The result; null if the node is none of these.</summary>
    public static Value? Of(Step step)
    {
        string kind = step.Node.Operator;
        switch (kind)
        {
            case "Constant":
                return Generators.OfAttribute(step);
            case "Shape":
                return Generators.Shape(step);
            case "Size":
                return Constant.Of("", [], new[] { (long)Moving.Product(ShapeOf(step, step.Required(0))) });
            case "Expand" when step.Required(0) is Constant repeated:
                int[] dims = [.. Expanded(step, repeated).Select(length => (int)length)];
                return dims is [<= Constant.MostFolded] && repeated is { Count: 1, IsWhole: false }
                        ? Constant.Filled(dims[0], (float)repeated.Double(0)) // scales and shifts that a network does without
                    : Moving.Product(dims.Select(length => (long)length)) == repeated.Count ? repeated.Reshaped(dims) // lengths of axes
                    : new Repeated(repeated, dims);
            case "CastLike" when step.Required(0) is Constant:
                return Cast(step, MakesWhole(step));
        }
        Value?[] given = [.. Enumerable.Range(0, step.Node.Inputs.Count).Select(step.Optional)];
        if (given.Length == 0 || given.Any(value => value is not (null or Constant)) || given[0] is null)
            return null;
        if (kind is "Identity" or "Dropout")
            return step.Node.Outputs is [var output, ..] && Kept(output) && given[0] is Constant same ? same.Named(output) : given[0];
        return Arithmetic.Of(step) ?? s_folds.GetValueOrDefault(kind)?.Invoke(step);
    }

    /// <summary>Lengths of a value's axes.</summary>
    public static long[] ShapeOf(Step step, Value value) =>
        value switch
        {
            Constant constant => [.. constant.Dims.Select(length => (long)length)],
            Repeated repeated => [.. repeated.Dims.Select(length => (long)length)],
            Deferred { Root: { } root } => root.Axes.Lengths,
            _ => step.Resolved(value).Axes.Lengths,
        };

    /// <summary>An exporter that keeps equal arrays once gives the others their names so.</summary>
    private static bool Kept(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal)
        || name.EndsWith(".bias", StringComparison.Ordinal)
        || name.EndsWith(".running_mean", StringComparison.Ordinal)
        || name.EndsWith(".running_var", StringComparison.Ordinal);

    private static Constant Given(Step step) => step.Constant(0, "input");

    /// <summary>An array that may be computed with.</summary>
    public static Constant Small(Step step, int input = 0)
    {
        Constant given = step.Constant(input, "input");
        return given.Count <= Constant.MostFolded
            ? given
            : throw step.Refuse($"computes with an array of {given.Count} numbers; expected at most {Constant.MostFolded}");
    }

    private static long[] Lengths(Step step) => [.. Given(step).Dims.Select(length => (long)length)];

    private static Constant Reshaped(Step step, long[] lengths) =>
        Given(step).Reshaped([.. lengths.Select(length => checked((int)length))]);

    private static Constant Flattened(Step step)
    {
        long[] lengths = Lengths(step);
        long axis = step.Int("axis", 1);
        int at = axis == lengths.Length ? lengths.Length : step.Axis(axis, lengths.Length);
        return Reshaped(step, [(long)Moving.Product(lengths.Take(at)), (long)Moving.Product(lengths.Skip(at))]);
    }

    private static Constant Squeezed(Step step)
    {
        long[] lengths = Lengths(step);
        int[] gone = step.Ints("axes", 1) is { } axes
            ? [.. axes.Select(axis => step.Axis(axis, lengths.Length))]
            : [.. Enumerable.Range(0, lengths.Length).Where(axis => lengths[axis] == 1)];
        return gone.Any(axis => lengths[axis] != 1)
            ? throw step.Refuse("leaves out an axis that is longer than 1")
            : Reshaped(step, [.. lengths.Where((_, axis) => !gone.Contains(axis))]);
    }

    private static Constant Sliced(Step step)
    {
        Constant given = Given(step);
        int[] dims = [.. given.Dims],
            strides = Strides(dims);
        int first = 0;
        foreach (SliceRange range in SliceRange.Of(step, Lengths(step)))
        {
            if (range.Count == 0)
                throw step.Refuse("takes nothing of an axis");
            first += (int)range.Start * strides[range.Axis];
            dims[range.Axis] = (int)range.Count;
            strides[range.Axis] = dims[range.Axis] > 1 ? (int)range.Step * strides[range.Axis] : 0;
        }
        return Moving.Taken(step, given, dims, first, strides);
    }

    private static Constant Gathered(Step step)
    {
        Constant given = Given(step),
            index = Small(step, 1);
        int axis = step.Axis(step.Int("axis", 0), given.Dims.Length),
            inner = Strides(given.Dims)[axis],
            length = given.Dims[axis],
            outer = given.Count / Math.Max(1, inner * length);
        int[] places = [.. index.Longs().Select(place => step.Axis(place, length))];
        int[] dims = [.. given.Dims.Take(axis), .. index.Dims, .. given.Dims.Skip(axis + 1)];
        if (Moving.Product(dims.Select(size => (long)size)) > Constant.MostFolded)
            throw step.Refuse("takes too many numbers of an array");
        int[] from =
        [
            .. Enumerable
                .Range(0, outer)
                .SelectMany(o => places.SelectMany(place => Enumerable.Range((o * length + place) * inner, inner))),
        ];
        return given.IsWhole
            ? Constant.Of(given.Name, dims, [.. from.Select(given.Long)])
            : Constant.Of(given.Name, dims, [.. from.Select(given.Double)]);
    }

    private static Constant Joined(Step step)
    {
        Constant[] parts = [.. Enumerable.Range(0, step.Node.Inputs.Count).Select(i => Small(step, i))];
        int axis = step.Axis(step.Int("axis", 0), parts[0].Dims.Length);
        int before = parts[0].Dims.Take(axis).Aggregate(1, (product, length) => product * length);
        if (
            before < 1
            || parts.Any(part => part.Dims.Length != parts[0].Dims.Length || !part.Dims.Take(axis).SequenceEqual(parts[0].Dims.Take(axis)))
            || parts.Any(part => !part.Dims.Skip(axis + 1).SequenceEqual(parts[0].Dims.Skip(axis + 1)))
        )
            throw step.Refuse("joins arrays whose other axes differ");
        int[] dims = [.. parts[0].Dims];
        dims[axis] = parts.Sum(part => part.Dims[axis]);
        IEnumerable<(Constant Part, int At)> places = Enumerable
            .Range(0, before)
            .SelectMany(row =>
                parts.SelectMany(part => Enumerable.Range(row * (part.Count / before), part.Count / before).Select(at => (part, at)))
            );
        step.File.Make(8L * parts.Sum(part => (long)part.Count));
        return parts.All(part => part.IsWhole)
            ? Constant.Of("", dims, [.. places.Select(place => place.Part.Long(place.At))])
            : Constant.Of("", dims, [.. places.Select(place => place.Part.Double(place.At))]);
    }

    /// <summary>Whether Cast or CastLike gives whole numbers or truths.</summary>
    public static bool MakesWhole(Step step) =>
        step.Node.Operator == "Cast"
            ? !Format.ElementTypes.IsFloating((int)Math.Clamp(step.Int("to", 1), 0, 1000))
            : step.Required(1) is Constant { IsWhole: true };

    private static Constant Cast(Step step, bool toWhole)
    {
        Constant given = Given(step);
        if (toWhole == given.IsWhole)
            return given;
        Constant small = Small(step);
        return toWhole ? Constant.Of(given.Name, given.Dims, small.Longs()) : Constant.Of(given.Name, given.Dims, small.Doubles());
    }

    private static long[] Expanded(Step step, Constant given)
    {
        long[] asked = Small(step, 1).Longs(),
            own = [.. given.Dims.Select(length => (long)length)];
        int rank = Math.Max(asked.Length, own.Length);
        long Of(long[] lengths, int axis) => axis < rank - lengths.Length ? 1 : lengths[axis - (rank - lengths.Length)];
        return
        [
            .. Enumerable
                .Range(0, rank)
                .Select(axis =>
                    (Of(asked, axis), Of(own, axis)) is var (wanted, has) && (has == wanted || has == 1 || wanted == 1)
                        ? (long)step.Size("length", Math.Max(wanted, has), 1)
                        : throw step.Refuse("stretches an axis that is longer than 1")
                ),
        ];
    }

    private static int[] Strides(int[] dims)
    {
        int[] strides = new int[dims.Length];
        for (int axis = dims.Length - 1, stride = 1; axis >= 0; stride *= dims[axis--])
            strides[axis] = stride;
        return strides;
    }
}
