using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Arrays that a node makes of its attributes, of a shape or of two ends, and of no other array.</summary>
internal static class Generators
{
    /// <summary>The numbers that a node itself has.</summary>
    public static Constant OfAttribute(Step step)
    {
        string name = step.Node.Outputs is [var given, ..] ? given : "";
        if (step.Node.Attributes.GetValueOrDefault("value")?.Tensor is { } tensor)
            return Constant.Of(tensor.Checked()).Named(tensor.Name.Length > 0 ? tensor.Name : name);
        if (step.Node.Attributes.GetValueOrDefault("value_float")?.Number is { } number)
            return Constant.Of(name, [], [(double)number]);
        if (step.Node.Attributes.GetValueOrDefault("value_int")?.Whole is { } whole)
            return Constant.Of(name, [], new[] { whole });
        if (step.Node.Attributes.GetValueOrDefault("value_ints") is { } wholes)
            return Constant.Of(name, [wholes.Wholes.Count], [.. wholes.Wholes]);
        if (step.Node.Attributes.GetValueOrDefault("value_floats") is { } numbers)
            return Constant.Of(name, [numbers.Numbers.Count], [.. numbers.Numbers.Select(each => (double)each)]);
        throw step.Refuse("holds no numbers");
    }

    /// <summary>Lengths of a value's axes, or of some of them.</summary>
    public static Constant Shape(Step step)
    {
        long[] lengths = Fold.ShapeOf(step, step.Required(0));
        int rank = lengths.Length;
        int Place(long place) => (int)Math.Clamp(place < 0 ? Math.Max(place, -rank) + rank : place, 0, rank);
        int start = Place(step.Int("start", 0)),
            end = Place(step.Int("end", rank));
        long[] taken = [.. lengths.Skip(start).Take(Math.Max(0, end - start))];
        return Constant.Of("", [taken.Length], taken);
    }

    /// <summary>One number over and over.</summary>
    public static Constant Filled(Step step)
    {
        int[] dims = [.. Fold.Small(step).Longs().Select(length => step.Size("length", length, 0))];
        if (Moving.Product(dims.Select(size => (long)size)) is var count && count > Constant.MostFolded)
            throw step.Refuse($"makes an array of {count} numbers; expected at most {Constant.MostFolded}");
        Constant? value = step.Node.Attributes.GetValueOrDefault("value")?.Tensor is { } tensor ? Constant.Of(tensor.Checked()) : null;
        if (value is { Count: not 1 })
            throw step.Refuse("fills with several numbers");
        return value is { IsWhole: true }
            ? Constant.Of("", dims, [.. Enumerable.Repeat(value.Long(0), (int)count)])
            : Constant.Of("", dims, [.. Enumerable.Repeat(value?.Double(0) ?? 0, (int)count)]);
    }

    /// <summary>Whole numbers, counted.</summary>
    public static Constant Range(Step step)
    {
        long start = Fold.Small(step).Long(0),
            end = Fold.Small(step, 1).Long(0),
            by = Fold.Small(step, 2).Long(0);
        Int128 count = by == 0 ? -1 : ((Int128)end - start + by - Math.Sign(by)) / by;
        return Fold.Small(step).IsWhole && count > 0 && count <= Constant.MostFolded
            ? Constant.Of("", [(int)count], [.. Enumerable.Range(0, (int)count).Select(i => start + i * by)])
            : throw step.Refuse("counts in a way that gives no list of whole numbers");
    }
}
