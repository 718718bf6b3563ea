using Espalier.Networks;
using Espalier.Onnx.Format;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Drafting;

/// <summary>The network that is being made: nodes are only added; those that nothing comes to read are left out in the end.</summary>
/// <param name="batch">Images of a batch, as the model's shapes have them.</param>
internal sealed class Draft(long batch)
{
    private static readonly Dictionary<ParameterKind, DraftArray> s_none = [];
    private readonly List<DraftNode> _nodes = [];
    private readonly List<Shape> _shapes = [];
    private readonly Dictionary<(int Node, string What), int> _made = [];

    /// <summary>Images of a batch.</summary>
    public long Batch => batch;

    /// <summary>Nodes so far.</summary>
    public IReadOnlyList<DraftNode> Nodes => _nodes;

    /// <summary>What a node gives out.</summary>
    public Shape ShapeOf(int node) => _shapes[node];

    /// <summary>Adds a node.</summary>
    /// <exception cref="InputException">It does not fit with those before it.</exception>
    public int Add(
        OnnxNode? source,
        Operation operation,
        IReadOnlyDictionary<ParameterKind, DraftArray>? arrays,
        params IReadOnlyList<int> inputs
    )
    {
        var named = new Node(source?.Title ?? "input", operation, inputs);
        _shapes.Add(ShapeInference.Of(named, [.. inputs.Select(input => _shapes[input])]));
        _nodes.Add(new DraftNode(source, operation, inputs, arrays ?? s_none));
        return _nodes.Count - 1;
    }

    /// <summary>Adds what several may ask for once.</summary>
    public int Once(int node, string what, Func<int> make)
    {
        if (!_made.TryGetValue((node, what), out int made))
            _made[(node, what)] = made = make();
        return made;
    }

    /// <summary>A node seen as convolutions have it.</summary>
    public Activation Seen(int node) => new(node, Axes.Usual(ShapeOf(node), batch));
}
