using Google.Protobuf;

namespace Espalier.Cli.Tests.Import;

/// <summary>Writes ONNX models with protocol buffers' own encoder, field by field as onnx.proto numbers them.</summary>
internal sealed class OnnxFile(long opset = 20)
{
    private readonly List<byte[]> _nodes = [],
        _arrays = [],
        _inputs = [],
        _outputs = [];
    private int _made;

    /// <summary>What is given; -1 leaves a length open.</summary>
    public void Input(string name, params long[] shape) => _inputs.Add(Value(name, shape));

    public void Output(string name) => _outputs.Add(Value(name, []));

    public string Array(string name, long[] dims, float[] values)
    {
        byte[] raw = new byte[4 * values.Length];
        Buffer.BlockCopy(values, 0, raw, 0, raw.Length);
        return Raw(Tensor(name, dims, 1, raw), name);
    }

    public string Wholes(params long[] values)
    {
        string name = $"onnx::whole_{_made++}";
        byte[] raw = new byte[8 * values.Length];
        Buffer.BlockCopy(values, 0, raw, 0, raw.Length);
        return Raw(Tensor(name, [values.Length], 7, raw), name);
    }

    public string Number(float value) => Array($"onnx::number_{_made++}", [], [value]);

    /// <summary>An array as bytes of its message.</summary>
    public string Raw(byte[] tensor, string name)
    {
        _arrays.Add(tensor);
        return name;
    }

    /// <summary>A node with one output, whose name is given back.</summary>
    public string Node(string kind, string name, string[] inputs, params (string Name, object Value)[] attributes) =>
        Node(kind, name, inputs, [$"value_{_made++}"], attributes);

    public string Node(string kind, string name, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        _nodes.Add(
            Message(node =>
            {
                foreach (string input in inputs)
                    Text(node, 1, input);
                foreach (string output in outputs)
                    Text(node, 2, output);
                Text(node, 3, name);
                Text(node, 4, kind);
                foreach ((string key, object value) in attributes)
                    Part(node, 5, Attribute(key, value));
            })
        );
        return outputs[0];
    }

    public byte[] Bytes() =>
        Message(model =>
        {
            Whole(model, 1, 8);
            Part(
                model,
                7,
                Message(graph =>
                {
                    foreach (byte[] node in _nodes)
                        Part(graph, 1, node);
                    Text(graph, 2, "written by a test");
                    foreach (byte[] array in _arrays)
                        Part(graph, 5, array);
                    foreach (byte[] input in _inputs)
                        Part(graph, 11, input);
                    foreach (byte[] output in _outputs)
                        Part(graph, 12, output);
                })
            );
            Part(model, 8, Message(version => Whole(version, 2, opset)));
        });

    public static byte[] Tensor(string name, long[] dims, int type, byte[]? raw, params (string Key, string Value)[] external) =>
        Message(tensor =>
        {
            foreach (long length in dims)
                Whole(tensor, 1, length);
            Whole(tensor, 2, type);
            Text(tensor, 8, name);
            if (raw is not null)
                Part(tensor, 9, raw);
            foreach ((string key, string value) in external)
                Part(
                    tensor,
                    13,
                    Message(entry =>
                    {
                        Text(entry, 1, key);
                        Text(entry, 2, value);
                    })
                );
            if (external.Length > 0)
                Whole(tensor, 14, 1);
        });

    private static byte[] Attribute(string name, object value) =>
        Message(attribute =>
        {
            Text(attribute, 1, name);
            switch (value)
            {
                case float number:
                    attribute.WriteTag(2, WireFormat.WireType.Fixed32);
                    attribute.WriteFloat(number);
                    break;
                case int whole:
                    Whole(attribute, 3, whole);
                    break;
                case string text:
                    Text(attribute, 4, text);
                    break;
                case long[] list:
                    foreach (long whole in list)
                        Whole(attribute, 8, whole);
                    break;
                case float[] list:
                    foreach (float number in list)
                    {
                        attribute.WriteTag(7, WireFormat.WireType.Fixed32);
                        attribute.WriteFloat(number);
                    }
                    break;
                default:
                    throw new ArgumentException($"no attribute of {value}");
            }
        });

    private static byte[] Value(string name, long[] shape) =>
        Message(info =>
        {
            Text(info, 1, name);
            Part(
                info,
                2,
                Message(type =>
                    Part(
                        type,
                        1,
                        Message(tensor =>
                        {
                            Whole(tensor, 1, 1);
                            Part(
                                tensor,
                                2,
                                Message(axes =>
                                {
                                    foreach (long length in shape)
                                        Part(axes, 1, Message(axis => Axis(axis, length)));
                                })
                            );
                        })
                    )
                )
            );
        });

    private static void Axis(CodedOutputStream axis, long length)
    {
        if (length < 0)
            Text(axis, 2, "open");
        else
            Whole(axis, 1, length);
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            write(output);
        return bytes.ToArray();
    }

    private static void Whole(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Text(CodedOutputStream output, int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    private static void Part(CodedOutputStream output, int field, byte[] value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
    }
}
