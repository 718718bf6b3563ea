using Espalier.Onnx.Format;

namespace Espalier.Onnx.Values;

/// <summary>What a name of the model stands for.</summary>
internal abstract class Value;

/// <summary>What a node of the network gives out, seen with other axes, or a part of its channels.</summary>
/// <param name="node">Index in the draft.</param>
/// <param name="axes">How the model sees it.</param>
/// <param name="part">Channels that are meant; null for all.</param>
internal sealed class Activation(int node, Axes axes, (int Start, int Length)? part = null) : Value
{
    public int Node => node;
    public Axes Axes => axes;
    public (int Start, int Length)? Part => part;

    /// <summary>The same with other axes.</summary>
    public Activation Seen(Axes other) => new(node, other, part);

    /// <summary>Whether another is the same numbers in the same order.</summary>
    public bool Same(Activation other) => node == other.Node && part == other.Part && axes.Same(other.Axes);
}

/// <summary>A constant that is repeated along axes.</summary>
/// <param name="inner">What is repeated.</param>
/// <param name="dims">Lengths of its axes.</param>
internal sealed class Repeated(Constant inner, int[] dims) : Value
{
    public Constant Inner => inner;
    public int[] Dims => dims;
}

/// <summary>Logarithms of a softmax: at the end they say the same as logits do, and nowhere else.</summary>
internal sealed class LogShares(OnnxNode source, Activation of) : Value
{
    public OnnxNode Source => source;
    public Activation Of => of;
}

/// <summary>Something computed that is repeated along axes: what sums and products do by themselves.</summary>
/// <param name="of">What is repeated.</param>
/// <param name="dims">Lengths of its axes.</param>
internal sealed class Stretched(Activation of, long[] dims) : Value
{
    public Activation Of => of;
    public long[] Dims => dims;
}

/// <summary>Every so-many-th row and column of something: half of a shortcut without parameters.</summary>
internal sealed class Strided(Activation of, int rows, int columns) : Value
{
    public Activation Of => of;
    public int Rows => rows;
    public int Columns => columns;
}

/// <summary>Zeros around maps, which the next convolution or pool has as its padding.</summary>
internal sealed class Bordered(OnnxNode source, Activation of, int rows, int columns) : Value
{
    public OnnxNode Source => source;
    public Activation Of => of;
    public int Rows => rows;
    public int Columns => columns;
}

/// <summary>q·kᵀ of every head, and its softmax.</summary>
internal sealed class Scores(OnnxNode source, Activation queries, Activation keys, double factor, bool isShare = false) : Value
{
    public OnnxNode Source => source;
    public Activation Queries => queries;
    public Activation Keys => keys;

    /// <summary>What the products are multiplied by.</summary>
    public double Factor => factor;

    /// <summary>Whether the softmax is taken.</summary>
    public bool IsShare => isShare;
}
