namespace Espalier.Networks;

/// <summary>
/// The axes of a network whose residual streams are cut: every place where a stream is written or read has units of its own, a tap.
/// </summary>
/// <remarks>
/// A residual stream is what a sum has to do with: units of groups that lie along its axis. It is written on the unforked way from the
/// layer that produces it to the sum (or fork): that layer's output axis and what normalises it are one tap. It is read wherever an
/// operation with arrays takes it from a sum or a fork: that operation's input axis, and what follows on an unforked way, are one tap.
/// Groups that are no residual stream, and units that cannot be permuted, stay as they are. Parts of a stream that lie side by side along
/// one axis, as a padded shortcut leaves them, are one tap.
/// </remarks>
internal sealed class StreamTaps
{
    private readonly Network _network;
    private readonly PermutationGroups _tied;
    private readonly IReadOnlyList<Axis> _axes;
    private readonly HashSet<int> _residual;
    private readonly List<IReadOnlyList<TapRun>> _shown = [];

    public StreamTaps(PermutationGroups tied, IReadOnlyList<Axis> axes)
    {
        (_network, _tied, _axes) = (tied.Network, tied, axes);
        _residual =
        [
            .. _network
                .Nodes.Zip(axes)
                .Where(pair => pair.First.Operation is Add)
                .SelectMany(pair => pair.Second.Segments, (_, segment) => segment.Group)
                .Where(group => group >= 0 && tied.Groups[group].Family < 0),
        ];
        // What a grouped convolution reads or writes, and all that moves in blocks, stays as it is: its weights know only their block.
        for (int i = 0; i < axes.Count; i++)
            if (_network.Nodes[i] is { Operation: Conv { Groups: > 1 } } node && !Passes(i))
                _residual.ExceptWith(axes[i].Segments.Concat(axes[node.Inputs[0]].Segments).Select(segment => segment.Group));
        // So does what a shared array reads or writes: it has one order for all its uses.
        foreach (int node in _network.Sharing)
            _residual.ExceptWith(
                axes[node].Segments.Concat(axes[_network.Nodes[node].Inputs[0]].Segments).Select(segment => segment.Group)
            );
        if (_residual.Count == 0)
            return;
        HashSet<int> owners = [.. _network.Parameters.Concat(_network.Buffers).Select(p => p.Node)];
        int[] readers = new int[_network.Nodes.Count];
        foreach (int input in _network.Nodes.SelectMany(node => node.Inputs))
            readers[input]++;
        for (int i = 0; i < _network.Nodes.Count; i++)
        {
            Node node = _network.Nodes[i];
            Inputs.Add(
                node.Inputs.Count == 0 ? []
                : owners.Contains(i) ? Named(_shown[node.Inputs[0]], RunKind.Read, $"{node.Name}.in")
                : _shown[node.Inputs[0]]
            );
            Outputs.Add(Seen(i, Output(i, node)));
            _shown.Add(readers[i] > 1 ? Stream(i, Outputs[i]) : Outputs[i]);
        }
    }

    /// <summary>Whether there is any residual stream.</summary>
    public bool Any => _residual.Count > 0;

    /// <summary>For every node, the axis that it reads.</summary>
    public List<IReadOnlyList<TapRun>> Inputs { get; } = [];

    /// <summary>For every node, the axis of its output.</summary>
    public List<IReadOnlyList<TapRun>> Outputs { get; } = [];

    /// <summary>Whether a convolution has one channel in each group, so that channels pass through.</summary>
    private bool Passes(int i) =>
        _network.Nodes[i] is { Operation: Conv op, Inputs: [var input] } && op.PassesChannels(_network.Shapes[input].Channels);

    private IReadOnlyList<TapRun> Output(int i, Node node) =>
        node.Operation switch
        {
            Conv { Groups: > 1 } when Passes(i) => Inputs[i],
            Input or Conv or ConvTranspose or Linear => Named(Stream(i, Inputs[i]), RunKind.Written, $"{node.Name}.out"),
            Add or Multiply or PadShortcut => Stream(i, Inputs[i]),
            Concat => [.. node.Inputs.SelectMany(from => _shown[from])],
            Flatten =>
            [
                .. Inputs[i].Select(run => run with { Multiplicity = run.Multiplicity * _network.Shapes[node.Inputs[0]].Positions }),
            ],
            _ when _axes[i].Segments.SequenceEqual(_axes[node.Inputs[0]].Segments) => Inputs[i],
            _ => Stream(i, Inputs[i]), // what changes the axis, such as a transposition
        };

    /// <summary>What readers see of a sum or a fork: the stream, which belongs to none of them.</summary>
    /// <param name="i">The node.</param>
    /// <param name="before">A run that is flattened here is observed where one of this was not flattened yet.</param>
    private List<TapRun> Stream(int i, IReadOnlyList<TapRun> before)
    {
        var runs = new List<TapRun>();
        int offset = 0;
        foreach (AxisSegment segment in _axes[i].Segments)
        {
            bool isStream = _residual.Contains(segment.Group);
            if (isStream && runs.Count > 0 && runs[^1] is { Kind: RunKind.Stream } last && last.Multiplicity == segment.Multiplicity)
                runs[^1] = last with { Tied = [.. last.Tied, segment] };
            else
            {
                Tap? seen = segment.Multiplicity == 1 ? new Tap(i, offset) : null;
                runs.Add(new TapRun(isStream ? RunKind.Stream : RunKind.Other, "", [segment], segment.Multiplicity, seen));
            }
            offset += segment.Features;
        }
        return runs.Count != before.Count
            ? runs
            : [.. runs.Zip(before, (run, of) => run.Seen is null && of.Units == run.Units ? run with { Seen = of.Seen } : run)];
    }

    /// <summary>Makes every part of a stream a tap of its own.</summary>
    private static IReadOnlyList<TapRun> Named(IReadOnlyList<TapRun> runs, RunKind kind, string name)
    {
        int count = runs.Count(run => run.Kind == RunKind.Stream),
            at = 0;
        return
        [
            .. runs.Select(run => run.Kind == RunKind.Stream ? run with { Kind = kind, Name = count == 1 ? name : $"{name}.{at++}" } : run),
        ];
    }

    /// <summary>What is written is observed as late as its way goes.</summary>
    private static List<TapRun> Seen(int i, IReadOnlyList<TapRun> runs)
    {
        var seen = new List<TapRun>();
        int offset = 0;
        foreach (TapRun run in runs)
        {
            bool moves = run is { Kind: RunKind.Stream or RunKind.Written, Multiplicity: 1 };
            seen.Add(moves ? run with { Seen = new Tap(i, offset) } : run);
            offset += run.Units * run.Multiplicity;
        }
        return seen;
    }
}
