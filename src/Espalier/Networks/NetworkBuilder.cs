namespace Espalier.Networks;

/// <summary>Writes a graph down, node after node. Every method returns the new node's index.</summary>
/// <example><code>
/// var b = new NetworkBuilder("tiny", channels: 1, height: 28, width: 28);
/// int x = b.Then("flatten", new Flatten(), 0);
/// x = b.Then("hidden", new Linear(64), x);
/// x = b.Then("relu", new Relu(), x);
/// b.Then("head", new Linear(10), x);
/// Network network = b.Build();
/// </code></example>
public sealed class NetworkBuilder
{
    private readonly string _name;
    private readonly List<Node> _nodes = [];
    private readonly List<Shape> _shapes = [];

    /// <summary>Starts with the images, node 0.</summary>
    public NetworkBuilder(string name, int channels, int height, int width)
    {
        _name = name;
        _nodes.Add(new Node("input", new Input(channels, height, width), []));
    }

    /// <summary>Adds an operation that reads the given nodes.</summary>
    public int Then(string name, Operation operation, params int[] inputs)
    {
        _nodes.Add(new Node(name, operation, inputs));
        return _nodes.Count - 1;
    }

    /// <summary>Adds an operation that uses the arrays of an earlier node, of the same kind and shapes.</summary>
    public int Sharing(int weightsOf, string name, Operation operation, params int[] inputs)
    {
        _nodes.Add(new Node(name, operation, inputs) { WeightsOf = weightsOf });
        return _nodes.Count - 1;
    }

    /// <summary>Adds a chain of operations, each reading the one before.</summary>
    public int Chain(int input, params ReadOnlySpan<(string Name, Operation Operation)> chain)
    {
        foreach ((string name, Operation operation) in chain)
            input = Then(name, operation, input);
        return input;
    }

    /// <summary>What a node gives out, for one image.</summary>
    /// <exception cref="InputException">It does not fit with the nodes before it.</exception>
    public Shape ShapeOf(int node)
    {
        for (int i = _shapes.Count; i <= node; i++)
            _shapes.Add(ShapeInference.Of(_nodes[i], [.. _nodes[i].Inputs.Select(input => _shapes[input])]));
        return _shapes[node];
    }

    /// <summary>Checks the graph.</summary>
    public Network Build() => new(_name, _nodes);
}
