using Espalier.Networks;
using Espalier.Onnx.Format;

namespace Espalier.Onnx.Drafting;

/// <summary>Names of a network's nodes: of their arrays, where the exporter kept these, of the model's nodes where not.</summary>
internal static class NodeNames
{
    private static readonly Dictionary<ParameterKind, string> s_suffixes = new()
    {
        [ParameterKind.ConvWeight] = "weight",
        [ParameterKind.ConvTransposeWeight] = "weight",
        [ParameterKind.LinearWeight] = "weight",
        [ParameterKind.NormWeight] = "weight",
        [ParameterKind.Bias] = "bias",
        [ParameterKind.NormBias] = "bias",
        [ParameterKind.RunningMean] = "running_mean",
        [ParameterKind.RunningVariance] = "running_var",
    };

    /// <summary>What a node is called before names are made unique, and whether its arrays follow an underscore.</summary>
    public static (string Name, bool Underscore) Of(DraftNode node)
    {
        if (node.Operation is Input)
            return ("input", false);
        if (node.Operation is Scale or ClassToken or PositionEmbedding)
        {
            string whole = node.Arrays.Values.Select(array => array.Of.Name).FirstOrDefault(IsKept) ?? "";
            return (whole.Length > 0 ? whole : Path(node.Source), false);
        }
        foreach ((ParameterKind kind, DraftArray array) in node.Arrays)
            if (IsKept(array.Of.Name) && s_suffixes.TryGetValue(kind, out string? suffix))
                if (Stem(array.Of.Name, "." + suffix) is { } dotted)
                    return (dotted, false);
                else if (node.Operation is Linear && Stem(array.Of.Name, "_" + suffix) is { } underscored)
                    return (underscored, true);
        return (Path(node.Source), false);
    }

    /// <summary>
    /// The module of a node that reads another's arrays, where PyTorch's names tell that it is another one (<c>/fc2/Gemm</c> beside
    /// <c>/fc1/Gemm</c>), and not the same called again (<c>/conv_1/Conv</c> beside <c>/conv/Conv</c>); null otherwise.
    /// </summary>
    public static string? OtherModule(DraftNode node, DraftNode first) =>
        node.Source is { } source
        && first.Source is { } owner
        && source.Title.StartsWith('/')
        && owner.Title.StartsWith('/')
        && IsModule(source.Operator)
        && Path(source) is var name
        && WithoutCalls(name) != WithoutCalls(Path(owner))
            ? name
            : null;

    /// <summary>PyTorch counts calls of a module behind its name.</summary>
    private static string WithoutCalls(string path) =>
        string.Join(
            '.',
            path.Split('.')
                .Select(module =>
                    module.LastIndexOf('_') is > 0 and var at
                    && module.AsSpan(at + 1) is { Length: > 0 } count
                    && !count.ContainsAnyExceptInRange('0', '9')
                        ? module[..at]
                        : module
                )
        );

    /// <summary>Whether a name is one that somebody gave, and not a number that an exporter put in its place.</summary>
    public static bool IsKept(string name) =>
        name.Length > 0 && !name.Contains("::", StringComparison.Ordinal) && !name.Contains('/') && !name.All(char.IsAsciiDigit);

    private static string? Stem(string name, string suffix) =>
        name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : null;

    /// <summary>
    /// PyTorch names a node by the modules it is in, of which those in a list repeat it: <c>/layer1/layer1.0/conv1/Conv</c> is of
    /// <c>layer1.0.conv1</c>.
    /// </summary>
    private static string Path(OnnxNode? source)
    {
        string title = source?.Title ?? "";
        if (!title.StartsWith('/') || title.Split('/', StringSplitOptions.RemoveEmptyEntries) is not [.. { Length: > 0 } modules, var last])
            return title.Trim('/') is { Length: > 0 } plain ? plain : source?.Operator.ToLowerInvariant() ?? "node";
        var path = new List<string>();
        foreach (string module in modules)
            if (path.Count > 0 && module.StartsWith(path[^1] + ".", StringComparison.Ordinal))
                path[^1] = module;
            else
                path.Add(module);
        string name = string.Join('.', path);
        // What has weights is its module; of several steps in one module each has its own name.
        return IsModule(source!.Operator) ? name : $"{name}.{last.ToLowerInvariant()}";
    }

    private static bool IsModule(string kind) =>
        kind
            is "Conv"
                or "ConvTranspose"
                or "Gemm"
                or "MatMul"
                or "BatchNormalization"
                or "LayerNormalization"
                or "InstanceNormalization"
                or "GroupNormalization"
                or "Relu"
                or "Clip"
                or "MaxPool"
                or "AveragePool"
                or "GlobalAveragePool";
}
