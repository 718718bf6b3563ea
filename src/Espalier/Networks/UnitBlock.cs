namespace Espalier.Networks;

/// <summary>A block with its multiplicity on some axis; the raw form of an <see cref="AxisSegment"/>.</summary>
internal readonly record struct UnitRun(UnitBlock Block, int Multiplicity);

/// <summary>
/// Consecutive units that always move together with their ties: an element of a union-find whose members can also be split,
/// because a concatenation or a padded shortcut may tie a part of a layer's units only.
/// </summary>
/// <param name="name">The node that first produces the units.</param>
/// <param name="order">Its index.</param>
/// <param name="units">How many.</param>
/// <param name="isFixed">Whether they cannot be permuted.</param>
internal sealed class UnitBlock(string name, int order, int units, bool isFixed)
{
    private UnitBlock? _parent;
    private (UnitBlock Low, UnitBlock High)? _halves;

    private int _order = order;

    public string Name { get; private set; } = name;

    public int Units { get; } = units;

    public bool IsFixed { get; private set; } = isFixed;

    /// <summary>Replaces united and split blocks by the blocks they have become.</summary>
    public static List<UnitRun> Resolve(IEnumerable<UnitRun> runs)
    {
        var result = new List<UnitRun>();
        foreach (UnitRun run in runs)
            run.Block.Root().Collect(result, run.Multiplicity);
        return result;
    }

    /// <summary>Ties two axes of equal length unit by unit.</summary>
    public static void Tie(IReadOnlyList<UnitRun> left, IReadOnlyList<UnitRun> right)
    {
        for (int i = 0; ; i++)
        {
            List<UnitRun> a = Resolve(left),
                b = Resolve(right);
            if (i == Math.Min(a.Count, b.Count))
                return;
            UnitBlock x = a[i].Block,
                y = b[i].Block;
            if (a[i].Multiplicity != b[i].Multiplicity)
            {
                // A flattened map tied to plain features has no symmetry that this form can express: leaving it fixed is always correct.
                foreach (UnitRun run in a.Concat(b))
                    run.Block.IsFixed = true;
                return;
            }
            if (x == y)
                continue;
            if (x.Units == y.Units)
                x.Unite(y);
            else
                (x.Units > y.Units ? x : y).Split(Math.Min(x.Units, y.Units));
            i = -1; // a split or union may have changed earlier runs as well: start over
        }
    }

    private void Collect(List<UnitRun> into, int multiplicity)
    {
        if (_halves is not var (low, high))
        {
            into.Add(new UnitRun(this, multiplicity));
            return;
        }
        low.Root().Collect(into, multiplicity);
        high.Root().Collect(into, multiplicity);
    }

    private UnitBlock Root()
    {
        UnitBlock root = this;
        while (root._parent is { } parent)
            root = parent;
        return root;
    }

    private void Unite(UnitBlock other)
    {
        other._parent = this;
        if (other._order < _order)
            (Name, _order) = (other.Name, other._order);
        IsFixed |= other.IsFixed;
    }

    private void Split(int at) =>
        _halves = (
            new UnitBlock($"{Name}[0..{at})", _order, at, IsFixed),
            new UnitBlock($"{Name}[{at}..{Units})", _order, Units - at, IsFixed)
        );
}
