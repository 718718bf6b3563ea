using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Matching;

/// <summary>
/// F(π) = Σ over arrays of c·⟨π(A), B⟩ in float64, with c = 1 or 1 / (‖A‖·‖B‖), and its part that depends on one group.
/// Where units occur is read from the graph's axes, so residual streams, flattened maps, concatenations and padded shortcuts need no rules
/// of their own.
/// </summary>
internal sealed class WeightOverlap : IDisposable
{
    private readonly PermutationGroups _groups;
    private readonly List<(Tensor A, Tensor B, IReadOnlyList<Axis?> Axes)> _arrays = [];

    public WeightOverlap(PermutationGroups groups, WeightSet a, WeightSet b, WeightMatchingOptions options, Mask? mask = null)
    {
        ComputeThreads.Enter();
        _groups = groups;
        using var scope = NewDisposeScope();
        foreach (Parameter p in groups.Network.Parameters.Concat(groups.Network.Buffers).Where(p => options.Counts(p, mask)))
        {
            (Tensor x, Tensor y) = Sides(a[p].to(ScalarType.Float64), b[p].to(ScalarType.Float64), options.Criterion);
            double norms = HostRead.Item<double>(x.norm()) * HostRead.Item<double>(y.norm());
            if (norms == 0)
                continue;
            if (!double.IsFinite(norms))
                throw new InputException($"Array '{p.Name}' holds values that are not finite; weight matching needs finite ones.");
            double factor = options.NormalizeArrays ? 1 / norms : 1;
            Bound += factor * norms;
            _arrays.Add((x.contiguous().DetachFromDisposeScope(), y.Times(factor).DetachFromDisposeScope(), groups.AxesOf(p)));
        }
    }

    /// <summary>No permutation's F is larger (Cauchy-Schwarz).</summary>
    public double Bound { get; }

    /// <summary>Whether F is linear in this group's permutation: none of its arrays has the group along two dimensions.</summary>
    public bool IsLinear(int group) => _arrays.All(array => array.Axes.Count(axis => Has(axis, group)) <= 1);

    /// <summary>F of a permutation.</summary>
    public double Objective(IReadOnlyList<IReadOnlyList<int>> sources)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        return _arrays.Sum(array => HostRead.Item<double>((AxisMoves.Apply(array.A, array.Axes, sources) * array.B).sum()));
    }

    /// <summary>
    /// What each unit of A adds to F at each position of B, all other groups (and other dimensions of this one) being permuted as given.
    /// </summary>
    /// <remarks>
    /// Where an array ties the order of units to that of blocks (a grouped convolution), only pairs that agree with where blocks are now
    /// have a score there: of others nothing is known before all of a family moves.
    /// </remarks>
    /// <returns>[units of B, units of A], row-major.</returns>
    public double[] Scores(int group, IReadOnlyList<IReadOnlyList<int>> sources)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        int units = _groups.Groups[group].Units;
        Tensor scores = zeros(units, units, ScalarType.Float64);
        foreach (var array in _arrays)
            for (int dim = 0; dim < array.Axes.Count; dim++)
            {
                if (!Has(array.Axes[dim], group))
                    continue;
                if (BlockRows.Blocks(array.Axes) is var blocks and > 1)
                {
                    BlockRows.AddScores(
                        scores,
                        (AxisMoves.Apply(array.A, array.Axes, sources), array.B),
                        dim,
                        array.Axes[dim]!,
                        group,
                        blocks,
                        sources[group]
                    );
                    continue;
                }
                Tensor moved = AxisMoves.Apply(array.A, array.Axes, sources, except: dim);
                foreach (
                    (Tensor unitsA, Tensor unitsB) in Rows(moved, dim, array.Axes[dim]!, group)
                        .Zip(Rows(array.B, dim, array.Axes[dim]!, group))
                )
                    scores.PlusInPlace(unitsB.mm(unitsA.t()));
            }
        return scores.data<double>().ToArray();
    }

    /// <summary>
    /// What each unit of A could add at most at each position of B, whatever the other permutations: by the rearrangement inequality the
    /// inner product of their weights sorted, for each kernel position. Arrays that tie the order of units to that of blocks are left out.
    /// </summary>
    /// <returns>[units of B, units of A], row-major.</returns>
    public double[] ScoresAtBest(int group)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        int units = _groups.Groups[group].Units;
        Tensor scores = zeros(units, units, ScalarType.Float64);
        foreach (var array in _arrays)
            for (int dim = 0; dim < array.Axes.Count; dim++)
            {
                if (!Has(array.Axes[dim], group) || BlockRows.Blocks(array.Axes) > 1)
                    continue;
                Tensor a = array.A,
                    b = array.B;
                for (int other = 0; other < array.Axes.Count; other++)
                    if (other != dim && array.Axes[other] is { IsPermutable: true })
                        (a, b) = (a.sort(other).Values, b.sort(other).Values);
                foreach ((Tensor unitsA, Tensor unitsB) in Rows(a, dim, array.Axes[dim]!, group).Zip(Rows(b, dim, array.Axes[dim]!, group)))
                    scores.PlusInPlace(unitsB.mm(unitsA.t()));
            }
        return scores.data<double>().ToArray();
    }

    /// <summary>Units of a group with nothing but zeros in all their arrays: (of A, of B).</summary>
    public (int A, int B) Dead(int group)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        Tensor a = zeros(_groups.Groups[group].Units, ScalarType.Float64),
            b = zeros_like(a);
        foreach (var array in _arrays)
            for (int dim = 0; dim < array.Axes.Count; dim++)
            {
                if (!Has(array.Axes[dim], group))
                    continue;
                foreach ((Tensor sums, Tensor values) in new[] { (a, array.A), (b, array.B) })
                    if (BlockRows.Blocks(array.Axes) is var blocks and > 1)
                        foreach ((int at, Tensor rows) in BlockRows.Of(values, dim, array.Axes[dim]!, group, blocks))
                            sums.narrow(0, at, rows.shape[0]).PlusInPlace(rows.abs().sum(1));
                    else
                        foreach (Tensor rows in Rows(values, dim, array.Axes[dim]!, group))
                            sums.PlusInPlace(rows.abs().sum(1));
            }
        return ((int)HostRead.Item<long>(a.eq(Held.Zero).sum()), (int)HostRead.Item<long>(b.eq(Held.Zero).sum()));
    }

    public void Dispose()
    {
        foreach (var array in _arrays)
        {
            array.A.Dispose();
            array.B.Dispose();
        }
    }

    private static bool Has(Axis? axis, int group) => axis is not null && axis.Segments.Any(segment => segment.Group == group);

    /// <summary>
    /// For every run of the group along a dimension, a matrix with one row a unit; the copies of a flattened unit lie in its row.
    /// </summary>
    private static IEnumerable<Tensor> Rows(Tensor array, int dim, Axis axis, int group)
    {
        int at = 0;
        foreach (AxisSegment segment in axis.Segments)
        {
            if (segment.Group == group)
                yield return array.narrow(dim, at, segment.Features).movedim([dim], [0]).reshape(segment.Units, -1);
            at += segment.Features;
        }
    }

    private static (Tensor A, Tensor B) Sides(Tensor a, Tensor b, WeightCriterion criterion) =>
        criterion switch
        {
            WeightCriterion.Magnitude => (a.abs(), b.abs()),
            WeightCriterion.Kept => (a.ne(Held.Zero).to(ScalarType.Float64), b.abs()),
            WeightCriterion.KeptSign => (a.sign(), b),
            WeightCriterion.Signs => (a.sign(), b.sign()),
            _ => (a, b),
        };
}
