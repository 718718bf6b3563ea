using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Arithmetic of small arrays, mostly lengths of axes.</summary>
internal static class Arithmetic
{
    private static readonly Dictionary<string, Func<double, double, double>> s_pairs = new(StringComparer.Ordinal)
    {
        ["Add"] = (a, b) => a + b,
        ["Sub"] = (a, b) => a - b,
        ["Mul"] = (a, b) => a * b,
        ["Div"] = (a, b) => a / b,
        ["Pow"] = Math.Pow,
        ["Mod"] = (a, b) => a - b * Math.Floor(a / b),
        ["Max"] = Math.Max,
        ["Min"] = Math.Min,
        ["Equal"] = (a, b) => a.Equals(b) ? 1 : 0,
        ["Greater"] = (a, b) => a > b ? 1 : 0,
        ["Less"] = (a, b) => a < b ? 1 : 0,
        ["And"] = (a, b) => a != 0 && b != 0 ? 1 : 0,
        ["Or"] = (a, b) => a != 0 || b != 0 ? 1 : 0,
    };

    private static readonly Dictionary<string, Func<double, double>> s_ones = new(StringComparer.Ordinal)
    {
        ["Neg"] = a => -a,
        ["Abs"] = Math.Abs,
        ["Sqrt"] = Math.Sqrt,
        ["Floor"] = Math.Floor,
        ["Ceil"] = Math.Ceiling,
        ["Reciprocal"] = a => 1 / a,
        ["Not"] = a => a == 0 ? 1 : 0,
    };

    /// <summary>Whether an operator is arithmetic.</summary>
    public static bool Knows(string kind) => kind == "Where" || s_ones.ContainsKey(kind) || s_pairs.ContainsKey(kind);

    /// <summary>The result; null if the node is no arithmetic.</summary>
    public static Constant? Of(Step step)
    {
        string kind = step.Node.Operator;
        if (s_ones.TryGetValue(kind, out Func<double, double>? one))
            return Made(step, Fold.Small(step).IsWhole, Fold.Small(step).Dims, i => one(Fold.Small(step).Double(i)));
        if (kind == "Where")
            return Where(step);
        if (!s_pairs.TryGetValue(kind, out Func<double, double, double>? pair) || step.Node.Inputs.Count != 2)
            return null;
        Constant a = Fold.Small(step),
            b = Fold.Small(step, 1);
        int[] dims = Stretched(step, a.Dims, b.Dims);
        bool isWhole = a.IsWhole && b.IsWhole;
        return Made(
            step,
            isWhole,
            dims,
            i =>
            {
                double result = pair(a.Double(Place(i, dims, a.Dims)), b.Double(Place(i, dims, b.Dims)));
                // Whole numbers are divided towards 0.
                return isWhole ? Math.Truncate(result) : result;
            }
        );
    }

    private static Constant Where(Step step)
    {
        Constant which = Fold.Small(step),
            a = Fold.Small(step, 1),
            b = Fold.Small(step, 2);
        int[] dims = Stretched(step, Stretched(step, which.Dims, a.Dims), b.Dims);
        return Made(
            step,
            a.IsWhole && b.IsWhole,
            dims,
            i => which.Double(Place(i, dims, which.Dims)) != 0 ? a.Double(Place(i, dims, a.Dims)) : b.Double(Place(i, dims, b.Dims))
        );
    }

    private static Constant Made(Step step, bool isWhole, int[] dims, Func<int, double> of)
    {
        Int128 count = Moving.Product(dims.Select(length => (long)length));
        if (count > Constant.MostFolded)
            throw step.Refuse($"makes an array of {count} numbers; expected at most {Constant.MostFolded}");
        double[] values = [.. Enumerable.Range(0, (int)count).Select(of)];
        step.File.Make(8L * values.Length);
        if (!isWhole)
            return Constant.Of("", dims, values);
        // What has no exact double is no length of an axis.
        return values.All(value => Math.Abs(value) < 1L << 53)
            ? Constant.Of("", dims, [.. values.Select(value => (long)value)])
            : throw step.Refuse("computes a whole number that is too large");
    }

    private static int[] Stretched(Step step, int[] a, int[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        int Of(int[] dims, int axis) => axis < rank - dims.Length ? 1 : dims[axis - (rank - dims.Length)];
        return
        [
            .. Enumerable
                .Range(0, rank)
                .Select(axis =>
                    (Of(a, axis), Of(b, axis)) is var (one, other) && (one == other || one == 1 || other == 1)
                        ? one == 1
                            ? other
                            : one
                        : throw step.Refuse("computes with arrays whose axes differ")
                ),
        ];
    }

    /// <summary>Where an element of a stretched array comes from.</summary>
    private static int Place(int i, int[] dims, int[] own)
    {
        int place = 0,
            stride = 1;
        for (int axis = dims.Length - 1; axis >= 0; i /= dims[axis--])
        {
            int mine = axis - (dims.Length - own.Length);
            if (mine < 0)
                break;
            place += own[mine] == 1 ? 0 : i % dims[axis] * stride;
            stride *= own[mine];
        }
        return place;
    }
}
