namespace Espalier.Onnx.Format;

/// <summary>A model (onnx.proto's ModelProto): a graph and the version of the operators that its nodes mean.</summary>
/// <param name="Opset">Version of the standard's own operators; 0 if it names none.</param>
/// <param name="Graph">What is computed.</param>
internal sealed record OnnxModel(long Opset, OnnxGraph Graph);

/// <summary>A graph (GraphProto).</summary>
/// <param name="Name">What it is called; may be empty.</param>
/// <param name="Nodes">In the order in which they are computed.</param>
/// <param name="Initializers">Arrays with their numbers.</param>
/// <param name="Inputs">What is given to it; old models list the arrays too.</param>
/// <param name="Outputs">Names of what it gives.</param>
internal sealed record OnnxGraph(
    string Name,
    IReadOnlyList<OnnxNode> Nodes,
    IReadOnlyList<OnnxTensor> Initializers,
    IReadOnlyList<OnnxInput> Inputs,
    IReadOnlyList<string> Outputs
);

/// <summary>What a graph is given (ValueInfoProto).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type of its elements, as the format numbers them; 0 if it says none.</param>
/// <param name="Shape">Length of each axis, 0 where it may be any; null if it says none.</param>
internal sealed record OnnxInput(string Name, int Type, IReadOnlyList<long>? Shape);

/// <summary>A node (NodeProto).</summary>
/// <param name="Name">May be empty.</param>
/// <param name="Operator">Such as <c>Conv</c>.</param>
/// <param name="Domain">Empty for the standard's own operators.</param>
/// <param name="Inputs">Names of values; an empty one is left out.</param>
/// <param name="Outputs">Names of values.</param>
/// <param name="Attributes">By their names.</param>
internal sealed record OnnxNode(
    string Name,
    string Operator,
    string Domain,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyDictionary<string, OnnxAttribute> Attributes
)
{
    /// <summary>Its name, or what it gives, if it has none.</summary>
    public string Title => Name.Length > 0 ? Name : Outputs.FirstOrDefault(output => output.Length > 0) ?? "";
}

/// <summary>An attribute (AttributeProto): one of these, as its name demands.</summary>
internal sealed record OnnxAttribute
{
    public long? Whole { get; set; }
    public float? Number { get; set; }
    public string? Text { get; set; }
    public OnnxTensor? Tensor { get; set; }
    public List<long> Wholes { get; } = [];
    public List<float> Numbers { get; } = [];

    /// <summary>Whether it holds a graph, as control flow does.</summary>
    public bool IsGraph { get; set; }
}
