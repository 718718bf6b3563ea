namespace Espalier.Networks;

/// <content>Residual streams that are cut.</content>
public sealed partial class PermutationGroups
{
    /// <summary>
    /// The same, but for residual streams: every place where one is written or read is a group of its own, a tap, so that permuting the
    /// groups is no symmetry any more: the network computes another function. A mask needs none; what stays is how many weights of every
    /// array it keeps.
    /// </summary>
    /// <remarks>
    /// A stream is written by each layer whose output reaches a sum: its output axis, and the normalisation that follows, are
    /// <c>layer1.0.conv2.out</c>. It is read by each operation that takes it from a sum or a fork: its input axis is
    /// <c>layer1.1.conv1.in</c>. A hidden layer that one other reads stays one group, as do input pixels and class logits.
    /// </remarks>
    /// <returns>The groups of the symmetry for a network without residual streams.</returns>
    public static PermutationGroups Untied(Network network)
    {
        PermutationGroups tied = Of(network);
        var taps = new StreamTaps(tied, tied.NodeAxes);
        return taps.Any ? Cut(tied, taps) : tied;
    }

    /// <summary>Those of <see cref="Untied(Network)"/> or of <see cref="Of(Network)"/>.</summary>
    internal static PermutationGroups Of(Network network, bool untied) => untied ? Untied(network) : Of(network);

    private static PermutationGroups Cut(PermutationGroups tied, StreamTaps taps)
    {
        Network network = tied.Network;
        var indices = new Dictionary<(int Group, string Tap), int>();
        var runs = new List<TapRun>();
        Axis Name(IReadOnlyList<TapRun> axis) =>
            new([
                .. axis.Select(run =>
                {
                    if (run is { Kind: RunKind.Stream } or { Kind: RunKind.Other, Tied: [{ Group: < 0 }] })
                        return new AxisSegment(-1, run.Units, run.Multiplicity);
                    (int, string) key = run.Kind == RunKind.Other ? (run.Tied[0].Group, "") : (-1, run.Name);
                    if (!indices.TryGetValue(key, out int index))
                    {
                        index = indices[key] = runs.Count;
                        runs.Add(run);
                    }
                    runs[index] = run;
                    return new AxisSegment(index, run.Units, run.Multiplicity);
                }),
            ]);
        (Axis Input, Axis Output)[] axes = [.. taps.Inputs.Zip(taps.Outputs, (input, output) => (Name(input), Name(output)))];
        var names = new HashSet<string>(runs.Where(run => run.Kind == RunKind.Other).Select(GroupOf).Select(group => group.Name));
        PermutationGroup[] groups =
        [
            .. runs.Select(
                (run, g) =>
                    run.Kind == RunKind.Other
                        ? GroupOf(run) with
                        {
                            Index = g,
                        }
                        : new PermutationGroup(g, Unused(run.Name), run.Units, run.Seen is { } seen ? [seen] : [])
            ),
        ];
        return new PermutationGroups(
            network,
            groups,
            network
                .Parameters.Concat(network.Buffers)
                .ToDictionary(p => p.Name, p => Dimensions(network, p, axes[p.Node].Output, axes[p.Node].Input), StringComparer.Ordinal),
            [.. runs.Select(run => run.Tied)]
        )
        {
            NodeAxes = [.. axes.Select(axis => axis.Output)],
        };

        PermutationGroup GroupOf(TapRun run) => tied.Groups[run.Tied[0].Group];
        string Unused(string name) => names.Add(name) ? name : Unused(name + "'");
    }
}
