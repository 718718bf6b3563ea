namespace Espalier.Networks;

/// <summary>Shapes of what several inputs become.</summary>
internal static class JoinShapes
{
    /// <summary>Of a sum or product: sizes of 1 are stretched.</summary>
    public static Shape Broadcast(Node node, IReadOnlyList<Shape> inputs)
    {
        Shape result = inputs[0];
        foreach (Shape other in inputs.Skip(1))
        {
            if (
                result.IsFlat != other.IsFlat
                || !Fits(result.Channels, other.Channels)
                || !Fits(result.Height, other.Height)
                || !Fits(result.Width, other.Width)
            )
                throw ShapeInference.Refuse(
                    node,
                    $"{(node.Operation is Add ? "adds" : "multiplies")} equal shapes, or sizes of 1 with any, but is given "
                        + string.Join(" and ", inputs)
                );
            result = result with
            {
                Channels = Math.Max(result.Channels, other.Channels),
                Height = Math.Max(result.Height, other.Height),
                Width = Math.Max(result.Width, other.Width),
            };
        }
        return result;
    }

    /// <summary>Of a concatenation.</summary>
    public static Shape Joined(Node node, IReadOnlyList<Shape> inputs) =>
        inputs.All(other => other with { Channels = 1 } == inputs[0] with { Channels = 1 })
            ? inputs[0] with
            {
                Channels = (int)Math.Min(int.MaxValue, inputs.Sum(shape => (long)shape.Channels)),
            }
            : throw ShapeInference.Refuse(node, $"joins outputs of equal height and width, but is given {string.Join(" and ", inputs)}");

    private static bool Fits(int a, int b) => a == b || a == 1 || b == 1;
}
