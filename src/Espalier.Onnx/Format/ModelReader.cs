using System.Globalization;
using Espalier.Files;

namespace Espalier.Onnx.Format;

/// <summary>Reads a model's messages. Field numbers are those of onnx.proto; whatever is not needed is passed over.</summary>
/// <param name="file">The model.</param>
internal sealed class ModelReader(ModelFile file)
{
    /// <summary>The model, of whose arrays each has as many numbers as it claims.</summary>
    public OnnxModel Read()
    {
        OnnxGraph? graph = null;
        long opset = 0;
        for (WireReader model = new(file.Bytes, file); model.Next(); )
            switch (model.Field)
            {
                case 7:
                    if (graph is not null)
                        throw file.Damaged("it has two graphs");
                    graph = Graph(model.Message());
                    break;
                case 8 when OpsetOf(model.Message()) is { } version:
                    opset = version;
                    break;
                case 8:
                    break;
                default:
                    model.Skip();
                    break;
            }
        return new OnnxModel(opset, graph ?? throw file.Damaged("it has no graph"));
    }

    /// <summary>The version, if it is of the standard's own operators.</summary>
    private static long? OpsetOf(WireReader reader)
    {
        string domain = "";
        long version = 0;
        while (reader.Next())
            if (reader.Field == 1)
                domain = reader.Text();
            else if (reader.Field == 2)
                version = reader.Varint();
            else
                reader.Skip();
        return domain is "" or "ai.onnx" ? version : null;
    }

    private OnnxGraph Graph(WireReader reader)
    {
        string name = "";
        var nodes = new List<OnnxNode>();
        var initializers = new List<OnnxTensor>();
        var inputs = new List<OnnxInput>();
        var outputs = new List<string>();
        while (reader.Next())
            switch (reader.Field)
            {
                case 1:
                    nodes.Add(Node(reader.Message()));
                    break;
                case 2:
                    name = reader.Text();
                    break;
                case 5:
                    initializers.Add(Tensor(reader.Message()).Checked());
                    break;
                case 11:
                    inputs.Add(Input(reader.Message()));
                    break;
                case 12:
                    outputs.Add(Input(reader.Message()).Name);
                    break;
                case 15:
                    throw new InputException($"'{file.Path}' has sparse arrays, which cannot be followed; expected whole ones.");
                default:
                    reader.Skip();
                    break;
            }
        return new OnnxGraph(name, nodes, initializers, inputs, outputs);
    }

    private OnnxNode Node(WireReader reader)
    {
        string name = "",
            kind = "",
            domain = "";
        var inputs = new List<string>();
        var outputs = new List<string>();
        var attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
        while (reader.Next())
            switch (reader.Field)
            {
                case 1:
                    inputs.Add(reader.Text());
                    break;
                case 2:
                    outputs.Add(reader.Text());
                    break;
                case 3:
                    name = reader.Text();
                    break;
                case 4:
                    kind = reader.Text();
                    break;
                case 5:
                    (string key, OnnxAttribute attribute) = Attribute(reader.Message());
                    attributes[key] = attribute;
                    break;
                case 7:
                    domain = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        return new OnnxNode(name, kind, domain == "ai.onnx" ? "" : domain, inputs, outputs, attributes);
    }

    private (string Name, OnnxAttribute Attribute) Attribute(WireReader reader)
    {
        string name = "";
        var attribute = new OnnxAttribute();
        while (reader.Next())
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text();
                    break;
                case 2:
                    attribute.Number = reader.Single();
                    break;
                case 3:
                    attribute.Whole = reader.Varint();
                    break;
                case 4:
                    // Bytes by the format, and not always a text.
                    attribute.Text = System.Text.Encoding.UTF8.GetString(reader.Bytes().Span);
                    file.Count();
                    break;
                case 5:
                    attribute.Tensor = Tensor(reader.Message());
                    break;
                case 6 or 11:
                    attribute.IsGraph = true;
                    reader.Skip();
                    break;
                case 7:
                    Lists.Numbers(reader, attribute.Numbers, file);
                    break;
                case 8:
                    Lists.Wholes(reader, attribute.Wholes, file);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        return (name, attribute);
    }

    private OnnxTensor Tensor(WireReader reader)
    {
        var tensor = new OnnxTensor(file);
        while (reader.Next())
            switch (reader.Field)
            {
                case 1:
                    Lists.Wholes(reader, tensor.Dims, file);
                    break;
                case 2:
                    tensor.Type = (int)Math.Clamp(reader.Varint(), 0, 1000);
                    break;
                case 4 or 10 when reader.Type != WireType.Bytes:
                    tensor.Add(reader.Fixed(), varint: false);
                    break;
                case 4 or 9 or 10:
                    tensor.Add(reader.Bytes(), varint: false);
                    break;
                case 5 or 7 or 11:
                    tensor.Add(reader.Type == WireType.Bytes ? reader.Bytes() : reader.VarintBytes(), varint: true);
                    break;
                case 8:
                    tensor.Name = reader.Text();
                    break;
                case 13:
                    (string key, string value) = Entry(reader.Message());
                    tensor.External[key] = value;
                    break;
                case 14:
                    tensor.IsExternal = reader.Varint() == 1;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        return tensor;
    }

    private static (string Key, string Value) Entry(WireReader reader)
    {
        string key = "",
            value = "";
        while (reader.Next())
            if (reader.Field == 1)
                key = reader.Text();
            else if (reader.Field == 2)
                value = reader.Text();
            else
                reader.Skip();
        return (key, value);
    }

    private static OnnxInput Input(WireReader reader)
    {
        string name = "";
        int type = 0;
        List<long>? shape = null;
        while (reader.Next())
            if (reader.Field == 1)
                name = reader.Text();
            else if (reader.Field == 2)
                (type, shape) = TypeOf(reader.Message());
            else
                reader.Skip();
        return new OnnxInput(name, type, shape);
    }

    /// <summary>TypeProto, of which tensors' is field 1, with the type of elements and the shape.</summary>
    private static (int Type, List<long>? Shape) TypeOf(WireReader reader)
    {
        int type = 0;
        List<long>? shape = null;
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            for (WireReader tensor = reader.Message(); tensor.Next(); )
                if (tensor.Field == 1)
                    type = (int)Math.Clamp(tensor.Varint(), 0, 1000);
                else if (tensor.Field == 2)
                    shape = Lists.Shape(tensor.Message());
                else
                    tensor.Skip();
        }
        return (type, shape);
    }
}
