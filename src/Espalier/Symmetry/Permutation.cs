using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Symmetry;

/// <summary>
/// π: one bijection per permutation group of a network. Entry <c>Sources[g][j]</c> is the unit of group g that moves to position j, so
/// that W^p = π_out W π_inᵀ (equation 2). A value whose entries are always bijections.
/// </summary>
/// <remarks>Over <see cref="PermutationGroups.Untied"/> groups it is no symmetry: it moves masks, and the weights or signs that lie in
/// them, to a network that computes another function.</remarks>
public sealed class Permutation
{
    /// <summary>Checks that every entry is a bijection of its group's units.</summary>
    /// <param name="groups">Of the network.</param>
    /// <param name="sources">For each group, the unit that moves to each position.</param>
    /// <exception cref="InputException">Wrong number of groups or units, not a bijection, or blocks torn apart.</exception>
    public Permutation(PermutationGroups groups, IReadOnlyList<IReadOnlyList<int>> sources)
    {
        if (sources.Count != groups.Groups.Count)
            throw new InputException(
                $"The permutation has {Counted.Of(sources.Count, "group")}; {groups.Network.Name} has {groups.Groups.Count}."
            );
        foreach (PermutationGroup group in groups.Groups)
            MustBeBijection(group, sources[group.Index]);
        BlockMoves.MustHold(groups, sources);
        Groups = groups;
        Sources = [.. sources.Select(source => (IReadOnlyList<int>)[.. source])];
    }

    /// <summary>The groups permuted.</summary>
    public PermutationGroups Groups { get; }

    /// <summary>For each group, the unit that moves to each position.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Sources { get; }

    /// <summary>Whether it is one of the network's symmetries: it is none where residual streams are cut.</summary>
    public bool IsSymmetry => Groups.AreTied;

    /// <summary>The permutation that moves nothing.</summary>
    public static Permutation Identity(PermutationGroups groups) =>
        new(groups, [.. groups.Groups.Select(group => (IReadOnlyList<int>)[.. Enumerable.Range(0, group.Units)])]);

    /// <summary>
    /// A uniformly random permutation of every group: the control that keeps a mask's structure and destroys its alignment.
    /// </summary>
    public static Permutation Uniform(PermutationGroups groups, RandomStream random) => new(groups, BlockMoves.Uniform(groups, random));

    /// <summary>π⁻¹: undoes this one.</summary>
    public Permutation Inverse() =>
        new(
            Groups,
            [
                .. Sources.Select(source =>
                {
                    int[] inverse = new int[source.Count];
                    for (int j = 0; j < source.Count; j++)
                        inverse[source[j]] = j;
                    return (IReadOnlyList<int>)inverse;
                }),
            ]
        );

    /// <summary>The permutation that applies <paramref name="first"/> and then this one.</summary>
    /// <exception cref="InputException">One is a symmetry and the other is none.</exception>
    public Permutation After(Permutation first) =>
        first.IsSymmetry == IsSymmetry
            ? new(Groups, [.. Sources.Zip(first.Sources, (outer, inner) => (IReadOnlyList<int>)[.. outer.Select(j => inner[j])])])
            : throw new InputException("A permutation of cut residual streams cannot be combined with a symmetry; untie that first.");

    /// <summary>The same move as a permutation of <see cref="PermutationGroups.Untied"/> groups, whose taps then all agree.</summary>
    public Permutation Untie()
    {
        if (!IsSymmetry)
            return this;
        PermutationGroups untied = PermutationGroups.Untied(Groups.Network);
        return untied.TiedUnits is not { } tied
            ? this
            : new(
                untied,
                [
                    .. tied.Select(segments =>
                        (IReadOnlyList<int>)
                            [.. new Axis([.. segments.Select(s => s with { Multiplicity = 1 })]).Expand(Sources).Select(unit => (int)unit)]
                    ),
                ]
            );
    }

    /// <summary>Whether nothing moves.</summary>
    public bool IsIdentity => Sources.All(source => source.Select((unit, j) => unit == j).All(same => same));

    /// <summary>Whether two permutations are the same on the same network.</summary>
    public bool SameAs(Permutation other) =>
        Groups.Network.Fingerprint == other.Groups.Network.Fingerprint
        && IsSymmetry == other.IsSymmetry
        && Sources.Zip(other.Sources, (a, b) => a.SequenceEqual(b)).All(same => same);

    /// <summary>
    /// π(θ): the same function with its units reordered, if this is a symmetry; the same numbers in every array in any case. The input is
    /// not changed.
    /// </summary>
    /// <exception cref="InputException">The weights are of another network.</exception>
    public WeightSet Apply(WeightSet weights)
    {
        MustFit(weights.Network, "weights");
        using var scope = NewDisposeScope();
        Network network = weights.Network;
        return new WeightSet(
            weights.Layout,
            Move(weights.Layout, weights.Values, network.Parameters),
            Move(weights.Layout, weights.Statistics, network.Buffers)
        );
    }

    /// <summary>π(m): the mask that belongs to π(θ), with the same number of weights kept in every array.</summary>
    /// <exception cref="InputException">The mask is of another network.</exception>
    public Mask Apply(Mask mask)
    {
        MustFit(mask.Network, "mask");
        using var scope = NewDisposeScope();
        return new Mask(mask.Layout, mask.Prunable, Move(mask.Layout, mask.Pruned, mask.Network.Parameters));
    }

    private Tensor Move(ParameterLayout layout, Tensor flat, IReadOnlyList<Parameter> parameters)
    {
        Tensor result = empty_like(flat);
        foreach (Parameter parameter in parameters)
        {
            Tensor moved = AxisMoves.Apply(layout.View(flat, parameter), Groups.AxesOf(parameter), Sources);
            layout.View(result, parameter).copy_(moved);
        }
        return result;
    }

    private void MustFit(Network network, string what)
    {
        if (network.Fingerprint != Groups.Network.Fingerprint)
            throw new InputException(
                $"The permutation is for {Groups.Network} with fingerprint {Groups.Network.Fingerprint}; the {what} are of "
                    + $"{network}, {network.Fingerprint}."
            );
    }

    private static void MustBeBijection(PermutationGroup group, IReadOnlyList<int> source)
    {
        if (source.Count != group.Units)
            throw new InputException(
                $"Group '{group.Name}' of the permutation has {Counted.Of(source.Count, "entry", "entries")}; expected {group.Units}."
            );
        bool[] seen = new bool[group.Units];
        foreach (int unit in source)
        {
            if (unit < 0 || unit >= group.Units || seen[unit])
                throw new InputException(
                    $"Group '{group.Name}' of the permutation is no bijection: unit {unit} is out of range or occurs twice."
                );
            seen[unit] = true;
        }
    }
}
