namespace Espalier.Networks;

/// <summary>A run of an axis: the units of one group (or fixed units), each repeated for several consecutive features.</summary>
/// <param name="Group">Index into <see cref="PermutationGroups.Groups"/>, or −1 for units that cannot be permuted (input channels, class
/// logits).</param>
/// <param name="Units">Units in the run.</param>
/// <param name="Multiplicity">Consecutive features per unit: 1, or the positions of a map that was flattened.</param>
public readonly record struct AxisSegment(int Group, int Units, int Multiplicity)
{
    /// <summary>Features in the run.</summary>
    public int Features => Units * Multiplicity;
}

/// <summary>The channel axis of an activation or of one dimension of a weight: which units lie along it, and in which order.</summary>
/// <param name="Segments">From first to last feature.</param>
public sealed record Axis(IReadOnlyList<AxisSegment> Segments)
{
    /// <summary>
    /// Equal parts of the axis of which an array's dimension holds one: rows of the array's b-th part see the b-th part's features only,
    /// as in a grouped convolution's weight [out, in / groups, …]. Usually 1.
    /// </summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Whether any of its units can be permuted.</summary>
    public bool IsPermutable => Segments.Any(segment => segment.Group >= 0);

    /// <summary>Features along it.</summary>
    public int Features => Segments.Sum(segment => segment.Features);

    /// <summary>Turns one source index per unit of each group into one source index per feature of this axis.</summary>
    /// <param name="sources">For each group, <c>sources[group][j]</c> is the unit that moves to position j.</param>
    /// <returns>For every feature, the feature that moves there.</returns>
    public long[] Expand(IReadOnlyList<IReadOnlyList<int>> sources)
    {
        long[] index = new long[Features];
        int at = 0;
        foreach (AxisSegment segment in Segments)
        {
            int start = at;
            for (int unit = 0; unit < segment.Units; unit++)
            {
                int source = segment.Group < 0 ? unit : sources[segment.Group][unit];
                for (int copy = 0; copy < segment.Multiplicity; copy++)
                    index[at++] = start + (long)source * segment.Multiplicity + copy;
            }
        }
        return index;
    }
}
