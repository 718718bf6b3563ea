using Espalier.Networks;
using Espalier.Onnx.Drafting;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Between maps, rows of tokens and feature vectors.</summary>
internal static class Flat
{
    /// <summary>Layers between a flatten and the maps that its features become again, as in squeeze-and-excitation.</summary>
    private const int Longest = 16;

    /// <summary>Maps as tokens, one a position.</summary>
    public static Activation AsTokens(Step step, Activation x)
    {
        Shape shape = step.Draft.ShapeOf(x.Node);
        if (shape.IsFlat || shape.Width == 1)
            return x;
        int node = step.Draft.Once(x.Node, "tokens", () => step.Draft.Add(null, new Tokens(), null, x.Node));
        Atom? OfTokens(Atom atom) =>
            atom.Of == Dim.Rows ? atom with { Stride = atom.Stride * shape.Width }
            : atom.Of == Dim.Columns ? atom with { Of = Dim.Rows }
            : atom;
        return new Activation(node, x.Axes.Mapped(OfTokens), x.Part);
    }

    /// <summary>Seen so that an axis is all channels: as it is, or with tokens made channels. Null if the axis is neither.</summary>
    public static Activation? Facing(Step step, Activation x, int axis)
    {
        if (x.Axes.Is(axis, Axes.Whole(Dim.Channels, step.Draft.ShapeOf(x.Node).Channels)))
            return x;
        Activation tokens = AsTokens(step, x);
        Shape shape = step.Draft.ShapeOf(tokens.Node);
        return !shape.IsFlat && tokens.Axes.Is(axis, Axes.Whole(Dim.Rows, shape.Height)) ? Swapped(step, tokens) : null;
    }

    /// <summary>Tokens as channels and channels as tokens, each axis seen as before; null of what has no tokens.</summary>
    public static Activation? Swapped(Step step, Activation x)
    {
        if (step.Draft.ShapeOf(x.Node) is not { IsFlat: false, Width: 1 })
            return null;
        int node = step.Draft.Once(x.Node, "transpose", () => step.Draft.Add(null, new Transpose(), null, x.Node));
        Atom? Other(Atom atom) =>
            atom.Of == Dim.Rows ? atom with { Of = Dim.Channels }
            : atom.Of == Dim.Channels ? atom with { Of = Dim.Rows }
            : atom;
        return new Activation(node, x.Axes.Mapped(Other));
    }

    /// <summary>Two axes of which the second has all numbers of an image are feature vectors.</summary>
    public static Activation Settled(Step step, Activation x)
    {
        Shape shape = step.Draft.ShapeOf(x.Node);
        if (shape.IsFlat || x.Part is not null || x.Axes.Rank != 2 || !x.Axes.Is(0, Axes.Whole(Dim.Batch, step.Draft.Batch)))
            return x;
        if (!x.Axes.Is(1, Axes.Usual(shape, 1).All()))
        {
            // Channels last: the features are every position's channels, position after position.
            if (Swapped(step, AsTokens(step, x)) is not { } swapped)
                return x;
            if (!swapped.Axes.Is(1, Axes.Usual(step.Draft.ShapeOf(swapped.Node), 1).All()))
                return x;
            x = swapped;
        }
        return step.Draft.Seen(step.Emit(new Flatten(), null, x.Node));
    }

    /// <summary>Features that were maps of one position, as such maps: the layers between are said to map channels. Null if they were
    /// not.</summary>
    public static Activation? AsMaps(Draft draft, Activation x) => Unflattened(draft, x.Node) is { } node ? new(node, x.Axes) : null;

    private static int? Unflattened(Draft draft, int node)
    {
        var chain = new Stack<DraftNode>();
        for (int at = node; chain.Count < Longest; at = draft.Nodes[at].Inputs[0])
        {
            DraftNode found = draft.Nodes[at];
            if (found.Operation is Flatten)
            {
                int maps = found.Inputs[0];
                if (draft.ShapeOf(maps).Positions != 1)
                    return null;
                return draft.Once(node, "maps", () => Again(draft, chain, maps));
            }
            if (found.Operation is not (Linear or BatchNorm) && !found.Operation.IsNonlinearity() && !found.Operation.IsNothing())
                return null;
            chain.Push(found);
        }
        return null;
    }

    private static int Again(Draft draft, Stack<DraftNode> chain, int at)
    {
        foreach (DraftNode node in chain)
            at = draft.Add(
                node.Source,
                node.Operation is Linear linear ? linear with { Along = LinearAxis.Channels } : node.Operation,
                node.Arrays,
                at
            );
        return at;
    }
}
