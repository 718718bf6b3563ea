namespace Espalier.Networks;

/// <summary>
/// The permutation symmetry of a network, derived from its wiring: which channels are tied to which, where they occur in the
/// weights, and where they can be seen. Nothing of it is written by hand for any architecture.
/// </summary>
public sealed partial class PermutationGroups
{
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Axis?>> _axes;

    private PermutationGroups(
        Network network,
        IReadOnlyList<PermutationGroup> groups,
        IReadOnlyDictionary<string, IReadOnlyList<Axis?>> axes,
        IReadOnlyList<IReadOnlyList<AxisSegment>>? tied = null
    ) => (Network, Groups, _axes, TiedUnits) = (network, groups, axes, tied);

    /// <summary>The network they belong to.</summary>
    public Network Network { get; }

    /// <summary>
    /// Whether permuting the groups is a symmetry of the network. It is none where <see cref="Untied"/> has cut residual streams.
    /// </summary>
    public bool AreTied => TiedUnits is null;

    /// <summary>For each group of a network whose streams are cut, which units of the tied groups lie along it; else null.</summary>
    internal IReadOnlyList<IReadOnlyList<AxisSegment>>? TiedUnits { get; }

    /// <summary>All groups, in the order in which the network first produces them.</summary>
    public IReadOnlyList<PermutationGroup> Groups { get; }

    private Axis[] NodeAxes { get; init; } = [];

    /// <summary>The channel axis of a node's output.</summary>
    /// <param name="node">Its index.</param>
    public Axis AxisOf(int node) => NodeAxes[node];

    /// <summary>For each dimension of an array, the axis along it; null where there are no units (kernel positions).</summary>
    public IReadOnlyList<Axis?> AxesOf(Parameter parameter) => _axes[parameter.Name];

    /// <summary>Derives the groups of a network (union-find over its wiring).</summary>
    public static PermutationGroups Of(Network network)
    {
        IReadOnlyList<IReadOnlyList<UnitRun>> outputs = AxisInference.Run(network);
        var indices = new Dictionary<UnitBlock, int>();
        Axis Name(IReadOnlyList<UnitRun> runs) =>
            new([
                .. UnitBlock
                    .Resolve(runs)
                    .Select(run => new AxisSegment(
                        run.Block.IsFixed ? -1
                            : indices.TryGetValue(run.Block, out int known) ? known
                            : indices[run.Block] = indices.Count,
                        run.Block.Units,
                        run.Multiplicity
                    )),
            ]);
        Axis[] axes = [.. outputs.Select(Name)];
        HashSet<int> shared =
        [
            .. network
                .Sharing.SelectMany(node => axes[node].Segments.Concat(axes[network.Nodes[node].Inputs[0]].Segments))
                .Select(segment => segment.Group),
        ];

        HashSet<int> gates = Gates(network);
        var families = new Dictionary<BlockFamily, int>();
        PermutationGroup[] groups =
        [
            .. indices
                .OrderBy(pair => pair.Value)
                .Select(pair =>
                    InBlocks(
                        new PermutationGroup(pair.Value, pair.Key.Name, pair.Key.Units, TapsOf(network, axes, gates, pair.Value))
                        {
                            IsShared = shared.Contains(pair.Value),
                        },
                        pair.Key.Structure,
                        families
                    )
                ),
        ];
        var byParameter = network
            .Parameters.Concat(network.Buffers)
            .ToDictionary(
                p => p.Name,
                p => Dimensions(network, p, axes[p.Node], axes[network.Nodes[p.Node].Inputs[0]]),
                StringComparer.Ordinal
            );
        return new PermutationGroups(network, groups, byParameter) { NodeAxes = axes };
    }

    private static IReadOnlyList<Axis?> Dimensions(Network network, Parameter parameter, Axis output, Axis input) =>
        (parameter.Kind, network.Nodes[parameter.Node].Operation) switch
        {
            (ParameterKind.ConvWeight, DepthwiseConv) => [output, null, null, null],
            (ParameterKind.ConvWeight, Conv { Groups: > 1 } op) =>
            [
                output,
                parameter.Shape[1] == 1 ? null : input with { Blocks = op.Groups },
                null,
                null,
            ],
            (ParameterKind.ConvWeight, _) => [output, input, null, null],
            (ParameterKind.ConvTransposeWeight, _) => [input, output, null, null],
            (ParameterKind.LinearWeight, _) => [output, input],
            (ParameterKind.Embedding, _) => [null, null, output],
            (_, Scale) when parameter.Shape.Count > 1 => [output, null, null],
            _ => [output],
        };

    /// <summary>Nonlinearities that do nothing but multiply others: what they gate is the activation.</summary>
    private static HashSet<int> Gates(Network network) =>
        [.. network.Readers().Where(reader => reader.All(operation => operation is Multiply)).Select(reader => reader.Key)];

    /// <summary>After every nonlinearity; a group that none carries is observed wherever it is produced unflattened.</summary>
    private static List<Tap> TapsOf(Network network, Axis[] axes, HashSet<int> gates, int group)
    {
        var all = new List<(Tap Tap, bool Nonlinear)>();
        for (int node = 0; node < axes.Length; node++)
        {
            int offset = 0;
            foreach (AxisSegment segment in axes[node].Segments)
            {
                if (segment.Group == group && segment.Multiplicity == 1)
                    all.Add((new Tap(node, offset), network.Nodes[node].Operation.IsNonlinearity() && !gates.Contains(node)));
                offset += segment.Features;
            }
        }
        return [.. (all.Any(tap => tap.Nonlinear) ? all.Where(tap => tap.Nonlinear) : all).Select(tap => tap.Tap)];
    }
}
