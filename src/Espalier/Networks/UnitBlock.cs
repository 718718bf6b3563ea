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
    private readonly List<BlockStructure> _structures = [];
    private UnitBlock? _parent;
    private UnitBlock[]? _pieces;

    private int _order = order;

    // What was divided, and the first unit's place in it: pieces of pieces are named by their places in the whole.
    private (string Whole, int From) _place = (name, 0);

    public UnitBlock(string name, int order, int units, BlockStructure structure)
        : this(name, order, units, isFixed: false) => _structures.Add(structure);

    public string Name { get; private set; } = name;

    public int Units { get; } = units;

    public bool IsFixed { get; private set; } = isFixed;

    /// <summary>The blocks that its units move in; null if each moves by itself.</summary>
    public BlockStructure? Structure => _structures.SingleOrDefault();

    /// <summary>Replaces united and split blocks by the blocks they have become.</summary>
    public static List<UnitRun> Resolve(IEnumerable<UnitRun> runs)
    {
        var result = new List<UnitRun>();
        foreach (UnitRun run in runs)
            run.Block.Root().Collect(result, run.Multiplicity);
        return result;
    }

    /// <summary>Divides an axis of one block at several places at once, which gives its parts plain names.</summary>
    public static void Divide(IReadOnlyList<UnitRun> axis, params IEnumerable<int> at)
    {
        if (Resolve(axis) is [{ Multiplicity: 1 } whole])
            whole.Block.Split(at);
    }

    /// <summary>Leaves units where they are.</summary>
    public static void Fix(IEnumerable<UnitRun> runs)
    {
        foreach (UnitRun run in Resolve(runs))
            run.Block.IsFixed = true;
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
                Fix(a);
                Fix(b);
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

    /// <summary>
    /// Where blocks cannot move as wholes (they are fixed, or were tied in other parts, or to other blocks) leaves what moves the units
    /// within each: a subgroup of the symmetry, so that it is always correct.
    /// </summary>
    public static void Settle(IReadOnlyList<IReadOnlyList<UnitRun>> axes)
    {
        for (bool changed = true; changed; )
        {
            changed = false;
            foreach (IReadOnlyList<UnitRun> axis in axes)
            foreach (UnitRun run in Resolve(axis))
                changed |= run.Block.SettleOne();
        }
    }

    private bool SettleOne()
    {
        if (_structures.Count == 0 || !(IsFixed || _structures.Any(structure => structure.Family.IsPinned)))
            return false;
        if (IsFixed)
            Pin();
        else
            Split(0);
        _structures.Clear();
        return true;
    }

    private void Pin()
    {
        foreach (BlockStructure structure in _structures)
            structure.Family.Pin();
    }

    private void Collect(List<UnitRun> into, int multiplicity)
    {
        if (_pieces is null)
        {
            into.Add(new UnitRun(this, multiplicity));
            return;
        }
        foreach (UnitBlock piece in _pieces)
            piece.Root().Collect(into, multiplicity);
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
            (Name, _order, _place) = (other.Name, other._order, other._place);
        IsFixed |= other.IsFixed;
        foreach (BlockStructure theirs in other._structures)
            if (_structures.FirstOrDefault(mine => mine.Blocks == theirs.Blocks) is { } same)
                same.Family.Unite(theirs.Family);
            else
                _structures.Add(theirs);
        if (_structures.Count > 1)
            Pin(); // two ways to lie in blocks: none can move without the other
    }

    /// <summary>Divides it, and where it lies in blocks between these.</summary>
    private void Split(params IEnumerable<int> at)
    {
        Pin();
        var cuts = new SortedSet<int>(at) { Units };
        foreach (BlockStructure structure in _structures)
            cuts.UnionWith(Enumerable.Range(1, structure.Blocks).Select(block => block * (Units / structure.Blocks)));
        cuts.Remove(0);
        int[] ends = [.. cuts];
        _pieces = [.. ends.Zip(ends.Prepend(0), Piece)];
        UnitBlock Piece(int to, int from) =>
            new(to - from == Units ? Name : UnitRange.Name(_place.Whole, _place.From + from, to - from), _order, to - from, IsFixed)
            {
                _place = (_place.Whole, _place.From + from),
            };
    }
}
