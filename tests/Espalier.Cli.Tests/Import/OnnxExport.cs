using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Cli.Tests.Import;

/// <summary>A network of ours as an ONNX model, each operation as exporters write it: what the importer must find again.</summary>
internal sealed class OnnxExport(WeightSet weights, long batch)
{
    private readonly OnnxFile _file = new();
    private readonly Network _network = weights.Network;
    private readonly string[] _values = new string[weights.Network.Nodes.Count];

    /// <param name="weights">The network and its numbers.</param>
    /// <param name="batch">Images of a batch; -1 leaves it open.</param>
    public static byte[] Of(WeightSet weights, long batch = -1) => new OnnxExport(weights, batch).Write();

    private byte[] Write()
    {
        Shape input = _network.InputShape;
        _file.Input(_values[0] = "images", batch, input.Channels, input.Height, input.Width);
        for (int i = 1; i < _values.Length; i++)
            _values[i] = Node(i, [.. _network.Nodes[i].Inputs.Select(from => _values[from])]);
        _file.Output(_values[^1]);
        return _file.Bytes();
    }

    private string Node(int i, string[] given)
    {
        (string name, Operation operation) = (_network.Nodes[i].Name, _network.Nodes[i].Operation);
        (string x, Shape shape) = (given[0], _network.Shapes[_network.Nodes[i].Inputs[0]]);
        string[] arrays = [.. _network.Parameters.Concat(_network.Buffers).Where(p => p.Node == i).Select(Array)];
        return operation switch
        {
            Conv op => Windowed("Conv", op.Kernel, op.Stride, op.Padding, op.Dilation, op.Groups),
            DepthwiseConv op => Windowed("Conv", op.Kernel, op.Stride, op.Padding, op.Dilation, shape.Channels),
            ConvTranspose op => Windowed(
                "ConvTranspose",
                op.Kernel,
                op.Stride,
                op.Padding,
                op.Dilation,
                1,
                ("output_padding", new long[] { op.OutputPadding.Height, op.OutputPadding.Width })
            ),
            MaxPool op => Windowed("MaxPool", op.Kernel, op.Stride, op.Padding, op.Dilation, 0, ("ceil_mode", op.CeilMode ? 1 : 0)),
            AveragePool op => Windowed(
                "AveragePool",
                op.Kernel,
                op.Stride,
                op.Padding,
                1,
                0,
                ("ceil_mode", op.CeilMode ? 1 : 0),
                ("count_include_pad", op.CountPadding ? 1 : 0)
            ),
            Linear { Along: LinearAxis.Features } => _file.Node("Gemm", name, [x, .. arrays], ("transB", 1)),
            Linear => OfChannels(x, last => Mapped(last, arrays)),
            Scale => _file.Node("Mul", name, [x, .. arrays]),
            BatchNorm { Affine: true } op => _file.Node("BatchNormalization", name, [x, .. arrays], ("epsilon", (float)op.Epsilon)),
            LayerNorm op => _file.Node("LayerNormalization", name, [x, .. arrays], ("epsilon", (float)op.Epsilon)),
            LayerNorm2d op => OfChannels(
                x,
                last => _file.Node("LayerNormalization", name, [last, .. arrays], ("epsilon", (float)op.Epsilon))
            ),
            InstanceNorm op => _file.Node("InstanceNormalization", name, [x, .. arrays], ("epsilon", (float)op.Epsilon)),
            GroupNorm op => Grouped(x, op, shape, arrays),
            Relu6 => _file.Node("Clip", name, [x, _file.Number(0), _file.Number(6)]),
            LeakyRelu op => _file.Node("LeakyRelu", name, [x], ("alpha", (float)op.Slope)),
            HardSigmoid => _file.Node("HardSigmoid", name, [x], ("alpha", 1 / 6f), ("beta", 0.5f)),
            Silu => _file.Node("Mul", name, [x, _file.Node("Sigmoid", "", [x])]),
            Softmax => _file.Node("Softmax", name, [x], ("axis", 1)),
            Relu or Gelu or Sigmoid or Tanh or HardSwish or Identity or Dropout or GlobalAveragePool or Flatten => _file.Node(
                operation.GetType().Name,
                name,
                [x]
            ),
            Add => Chained("Add"),
            Multiply => Chained("Mul"),
            Concat => _file.Node("Concat", name, given, ("axis", 1)),
            PadShortcut op => Padded(x, op, shape),
            Upsample { Mode: Upsampling.Nearest } => _file.Node(
                "Resize",
                name,
                [x, "", "", Sizes(i)],
                ("mode", "nearest"),
                ("coordinate_transformation_mode", "asymmetric"),
                ("nearest_mode", "floor")
            ),
            Upsample => _file.Node("Resize", name, [x, "", "", Sizes(i)], ("mode", "linear")),
            Tokens => _file.Node("Reshape", name, [x, _file.Wholes(0, 0, -1, 1)]),
            ClassToken => _file.Node("Concat", name, [Upright(i), x], ("axis", 2)),
            PositionEmbedding => _file.Node("Add", name, [x, Upright(i)]),
            Token op => _file.Node("Slice", name, [x, _file.Wholes(op.Index), _file.Wholes(op.Index + 1), _file.Wholes(2)]),
            Transpose => _file.Node("Transpose", name, [x], ("perm", new long[] { 0, 2, 1, 3 })),
            Attention op => Attended(x, op, shape.Channels / 3 / op.Heads),
            _ => throw new NotSupportedException($"{operation}"),
        };

        string Chained(string kind) =>
            given.Skip(1).Aggregate(given[0], (sum, next) => _file.Node(kind, Last(next) ? name : "", [sum, next]));
        bool Last(string value) => value == given[^1];

        string Windowed(
            string kind,
            Extent kernel,
            Extent stride,
            Extent padding,
            Extent dilation,
            int groups,
            params (string, object)[] more
        ) =>
            _file.Node(
                kind,
                name,
                [x, .. arrays],
                [
                    ("kernel_shape", new long[] { kernel.Height, kernel.Width }),
                    ("strides", new long[] { stride.Height, stride.Width }),
                    ("pads", new long[] { padding.Height, padding.Width, padding.Height, padding.Width }),
                    .. dilation == 1 ? [] : new (string, object)[] { ("dilations", new long[] { dilation.Height, dilation.Width }) },
                    .. groups > 1 ? [("group", groups)] : System.Array.Empty<(string, object)>(),
                    .. more,
                ]
            );
    }

    private string Array(Parameter p) => _file.Array(p.Name, [.. p.Shape.Select(size => (long)size)], weights.Read(p));

    /// <summary>An embedding [1, tokens, channels] as [1, channels, tokens, 1].</summary>
    private string Upright(int node)
    {
        string name = _network.Nodes[node].Name;
        return _file.Node("Unsqueeze", "", [_file.Node("Transpose", "", [name], ("perm", new long[] { 0, 2, 1 })), _file.Wholes(3)]);
    }

    /// <summary>As PyTorch writes it: images and channels as there were, rows and columns by number.</summary>
    private string Sizes(int node)
    {
        Shape shape = _network.Shapes[node];
        string now = _file.Node("Shape", "", [_values[_network.Nodes[node].Inputs[0]]]),
            kept = _file.Node("Slice", "", [now, _file.Wholes(0), _file.Wholes(2), _file.Wholes(0)]);
        return _file.Node("Concat", "", [kept, _file.Wholes(shape.Height, shape.Width)], ("axis", 0));
    }

    private string OfChannels(string x, Func<string, string> ofLast)
    {
        string last = _file.Node("Transpose", "", [x], ("perm", new long[] { 0, 2, 3, 1 }));
        return _file.Node("Transpose", "", [ofLast(last)], ("perm", new long[] { 0, 3, 1, 2 }));
    }

    private string Mapped(string x, string[] arrays)
    {
        string product = _file.Node("MatMul", "", [x, _file.Node("Transpose", "", [arrays[0]])]);
        return arrays.Length > 1 ? _file.Node("Add", "", [arrays[1], product]) : product;
    }

    /// <summary>As exporters write it: an instance norm of channels seen as groups, then factors and terms.</summary>
    private string Grouped(string x, GroupNorm op, Shape shape, string[] arrays)
    {
        string seen = _file.Node("Reshape", "", [x, _file.Wholes(0, op.Groups, -1)]),
            ones = _file.Array($"onnx::ones_{x}", [op.Groups], [.. Enumerable.Repeat(1f, op.Groups)]),
            zeros = _file.Array($"onnx::zeros_{x}", [op.Groups], new float[op.Groups]),
            normal = _file.Node("InstanceNormalization", "", [seen, ones, zeros], ("epsilon", (float)op.Epsilon)),
            back = _file.Node("Reshape", "", [normal, _file.Node("Shape", "", [x])]);
        string Upright(string array) => _file.Node("Reshape", "", [array, _file.Wholes(shape.Channels, 1, 1)]);
        return !op.Affine ? back : _file.Node("Add", "", [_file.Node("Mul", "", [back, Upright(arrays[0])]), Upright(arrays[1])]);
    }

    private string Padded(string x, PadShortcut op, Shape shape)
    {
        long padding = (op.Out - shape.Channels) / 2;
        string strided = _file.Node(
            "Slice",
            "",
            [x, _file.Wholes(0, 0), _file.Wholes(long.MaxValue, long.MaxValue), _file.Wholes(2, 3), _file.Wholes(op.Stride, op.Stride)]
        );
        return _file.Node("Pad", "", [strided, _file.Wholes(0, padding, 0, 0, 0, padding, 0, 0)]);
    }

    /// <summary>As timm writes it.</summary>
    private string Attended(string x, Attention op, int each)
    {
        string tokens = _file.Node("Transpose", "", [_file.Node("Squeeze", "", [x, _file.Wholes(3)])], ("perm", new long[] { 0, 2, 1 })),
            parts = _file.Node("Reshape", "", [tokens, _file.Wholes(0, 0, 3, op.Heads, each)]),
            three = _file.Node("Transpose", "", [parts], ("perm", new long[] { 2, 0, 3, 1, 4 }));
        string Part(int index) =>
            _file.Node("Squeeze", "", [_file.Node("Gather", "", [three, _file.Wholes(index)], ("axis", 0)), _file.Wholes(0)]);
        string keys = _file.Node("Transpose", "", [Part(1)], ("perm", new long[] { 0, 1, 3, 2 })),
            queries = _file.Node("Mul", "", [Part(0), _file.Number((float)(1 / Math.Sqrt(each)))]),
            shares = _file.Node("Softmax", "", [_file.Node("MatMul", "", [queries, keys])], ("axis", -1)),
            values = _file.Node("Transpose", "", [_file.Node("MatMul", "", [shares, Part(2)])], ("perm", new long[] { 0, 2, 1, 3 })),
            joined = _file.Node("Reshape", "", [values, _file.Wholes(0, 0, -1)]);
        return _file.Node("Unsqueeze", "", [_file.Node("Transpose", "", [joined], ("perm", new long[] { 0, 2, 1 })), _file.Wholes(3)]);
    }
}
