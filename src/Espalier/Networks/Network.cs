using System.Security.Cryptography;

namespace Espalier.Networks;

/// <summary>
/// A network as data: a graph of operations, checked when it is made. Parameter names and shapes, costs and permutation groups all
/// follow from it; it holds no weights. The last node gives the class logits.
/// </summary>
public sealed class Network
{
    private readonly Lazy<string> _fingerprint;

    /// <summary>Checks the graph and derives shapes and parameters.</summary>
    /// <param name="name">What to call it in reports.</param>
    /// <param name="nodes">In topological order; the first is the <see cref="Input"/>, the last gives the logits.</param>
    /// <exception cref="InputException">The graph does not fit together, or its arrays do not fit in memory.</exception>
    public Network(string name, IReadOnlyList<Node> nodes)
        : this(name, nodes, static _ => "") { }

    /// <param name="name">What to call it in reports.</param>
    /// <param name="nodes">In topological order.</param>
    /// <param name="place">Where a node was described, to begin a sentence about it with.</param>
    internal Network(string name, IReadOnlyList<Node> nodes, Func<int, string> place)
    {
        Name = name;
        Nodes = [.. nodes];
        if (Nodes.Count < 2 || Nodes[0].Operation is not Input)
            throw new InputException($"Network '{name}' must start with an input and have at least one more node.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var shapes = new List<Shape>(Nodes.Count);
        var parameters = new List<Parameter>();
        var shared = new List<SharedArray>();
        for (int i = 0; i < Nodes.Count; i++)
        {
            try
            {
                MustBeKnowable(i, names);
                Node node = Nodes[i];
                shapes.Add(ShapeInference.Of(node, [.. node.Inputs.Select(input => shapes[input])]));
                if (node.WeightsOf is not null)
                    shared.AddRange(SharedArrays.Of(name, Nodes, i, shapes, parameters));
                parameters.AddRange(
                    ParameterInference
                        .Of(node, i, node.Inputs.Count > 0 ? shapes[node.Inputs[0]] : default)
                        .Where(p => p.IsBuffer || node.WeightsOf is null)
                );
            }
            catch (InputException fault) when (place(i).Length > 0)
            {
                throw new InputException(place(i) + fault.Message, fault);
            }
        }
        HashSet<int> read = [.. Nodes.SelectMany(node => node.Inputs), Nodes.Count - 1];
        if (Enumerable.Range(0, Nodes.Count).FirstOrDefault(i => !read.Contains(i), -1) is var unread and not -1)
        {
            string which = $"{place(unread)}Node '{Nodes[unread].Name}' of network '{name}'";
            throw new InputException($"{which} is read by no other; expected every node but the last to be read.");
        }
        (string Name, int Node)[] called =
        [
            .. parameters.Select(p => (p.Name, p.Node)),
            .. shared.Where(array => array.IsNamed).Select(array => (array.Name, array.Node)),
        ];
        if (called.GroupBy(array => array.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
            throw new InputException(
                $"Network '{name}' has two arrays named '{twice.Key}', of the nodes "
                    + $"{string.Join(" and ", twice.Take(2).Select(array => $"'{Nodes[array.Node].Name}'"))}."
            );
        Int128 values = 0;
        foreach (Parameter p in parameters)
            if ((values += p.Shape.Aggregate((Int128)1, (product, size) => product * size)) > Array.MaxLength)
                throw new InputException(
                    $"Network '{name}' is too large: with '{p.Name}' of shape [{string.Join(",", p.Shape)}] it has {values} weights "
                        + $"and statistics; at most {Array.MaxLength} fit."
                );
        if (!shapes[^1].IsFlat)
            throw new InputException($"Network '{name}' ends in maps {shapes[^1]}; expected class logits, a feature vector.");
        Shapes = shapes;
        Parameters = [.. parameters.Where(p => !p.IsBuffer)];
        Buffers = [.. parameters.Where(p => p.IsBuffer)];
        Shared = shared;
        _fingerprint = new Lazy<string>(() =>
            Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(NetworkJson.Canonical(this))))[..16]
        );
    }

    private void MustBeKnowable(int i, HashSet<string> names)
    {
        Node node = Nodes[i];
        if (string.IsNullOrWhiteSpace(node.Name))
            throw new InputException($"Node {i} of network '{Name}' has no name.");
        if (!names.Add(node.Name))
            throw new InputException($"Network '{Name}' has two nodes named '{node.Name}'.");
        if (i > 0 && node.Operation is Input)
            throw new InputException($"Network '{Name}' has a second input, '{node.Name}'; expected one.");
        if (node.Inputs.FirstOrDefault(input => input < 0 || input >= i, -1) is var late and not -1)
            throw new InputException($"Node '{node.Name}' of network '{Name}' reads node {late}, which does not come before it.");
    }

    /// <summary>What it is called in reports; not part of its identity.</summary>
    public string Name { get; }

    /// <summary>The operations in topological order.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Output shape of every node.</summary>
    public IReadOnlyList<Shape> Shapes { get; }

    /// <summary>Trained arrays, in the order of their nodes.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Batch-norm statistics, in the order of their nodes.</summary>
    public IReadOnlyList<Parameter> Buffers { get; }

    /// <summary>Second names of trained arrays, for every node that uses another's, in the order of these nodes.</summary>
    public IReadOnlyList<SharedArray> Shared { get; }

    /// <summary>Index of the node of a name.</summary>
    /// <exception cref="InputException">There is none; the nearest is suggested.</exception>
    public int NodeNamed(string name) =>
        Enumerable.Range(0, Nodes.Count).FirstOrDefault(i => Nodes[i].Name == name, -1) is var node and not -1
            ? node
            : throw Nearest.Unknown($"node of {Name}", name, Nodes.Select(known => known.Name));

    /// <summary>The node whose arrays a node uses: itself, unless it uses another's.</summary>
    public int OwnerOf(int node) => Nodes[node].WeightsOf ?? node;

    /// <summary>The nodes that use an array, in their order: its owner first.</summary>
    public IEnumerable<int> UsersOf(Parameter array) =>
        array.IsBuffer ? [array.Node] : Enumerable.Range(array.Node, Nodes.Count - array.Node).Where(i => OwnerOf(i) == array.Node);

    /// <summary>The nodes that use another's arrays, and those others.</summary>
    internal IReadOnlySet<int> Sharing => Shared.SelectMany(array => new[] { array.Node, array.Array.Node }).ToHashSet();

    /// <summary>Shape of an image.</summary>
    public Shape InputShape => Shapes[0];

    /// <summary>Whether an array is the classifier's: the weights of the last layer.</summary>
    internal bool IsClassifier(Parameter weight) =>
        weight.IsWeight && weight.Node == OwnerOf(Enumerable.Range(0, Nodes.Count).LastOrDefault(i => Nodes[i].Operation.IsLayer(), -1));

    /// <summary>Number of classes.</summary>
    public int Classes => Shapes[^1].Channels;

    /// <summary>
    /// 16 hex digits that identify the graph (names, operations, wiring); artefacts carry it, so that a mask of another network is refused.
    /// </summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>Trained values in all.</summary>
    public long ParameterCount => Parameters.Sum(p => (long)p.Count);

    /// <summary>For every node, what reads its output.</summary>
    internal ILookup<int, Operation> Readers() =>
        Nodes.SelectMany(node => node.Inputs.Select(input => (input, node.Operation))).ToLookup(pair => pair.input, pair => pair.Operation);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({ParameterCount:N0} parameters)";
}
