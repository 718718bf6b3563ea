using Espalier.Networks;

namespace Espalier.Onnx.Values;

/// <summary>
/// How the axes of an array of the model come of a network's axes: a list of atoms each, the slowest first; none for a length of 1.
/// Transposing and reshaping move atoms, and nothing is computed.
/// </summary>
internal sealed class Axes
{
    private readonly Atom[][] _axes;

    public Axes(IEnumerable<IEnumerable<Atom>> axes) => _axes = [.. axes.Select(Joined)];

    /// <summary>Number of axes.</summary>
    public int Rank => _axes.Length;

    /// <summary>The atoms of one.</summary>
    public IReadOnlyList<Atom> this[int axis] => _axes[axis];

    /// <summary>Lengths.</summary>
    public long[] Lengths => [.. _axes.Select(axis => axis.Aggregate(1L, (product, atom) => product * atom.Size))];

    /// <summary>A whole axis.</summary>
    public static Atom[] Whole(Dim dim, long size) => size == 1 ? [] : [new Atom(dim, 1, size)];

    /// <summary>Batch, channels, rows, columns, as convolutions have them; of features batch and channels.</summary>
    public static Axes Usual(Shape shape, long batch) =>
        shape.IsFlat
            ? new([Whole(Dim.Batch, batch), Whole(Dim.Channels, shape.Channels)])
            : new([
                Whole(Dim.Batch, batch),
                Whole(Dim.Channels, shape.Channels),
                Whole(Dim.Rows, shape.Height),
                Whole(Dim.Columns, shape.Width),
            ]);

    /// <summary>Whether they are the same.</summary>
    public bool Same(Axes other) => Rank == other.Rank && Enumerable.Range(0, Rank).All(i => _axes[i].SequenceEqual(other._axes[i]));

    /// <summary>Whether an axis consists of these.</summary>
    public bool Is(int axis, params IEnumerable<Atom> atoms) => _axes[axis].SequenceEqual(Joined(atoms));

    /// <summary>The one axis that is a whole axis of the network; -1 if there is none.</summary>
    public int IndexOf(Dim dim, long size) => size == 1 ? -1 : Array.FindIndex(_axes, axis => axis.SequenceEqual(Whole(dim, size)));

    /// <summary>In another order.</summary>
    public Axes Transposed(IReadOnlyList<int> order) => new(order.Select(axis => _axes[axis]));

    /// <summary>With other atoms for one axis.</summary>
    public Axes With(int axis, IEnumerable<Atom> atoms) => new(_axes.Select((old, i) => i == axis ? atoms : old));

    /// <summary>Without an axis.</summary>
    public Axes Without(int axis) => new(_axes.Where((_, i) => i != axis));

    /// <summary>With axes of length 1 before them.</summary>
    public Axes Padded(int rank) => new(Enumerable.Repeat<IEnumerable<Atom>>([], Math.Max(0, rank - Rank)).Concat(_axes));

    /// <summary>With every atom replaced.</summary>
    public Axes Mapped(Func<Atom, Atom?> map) => new(_axes.Select(axis => axis.Select(map).OfType<Atom>()));

    /// <summary>All atoms, the slowest first.</summary>
    public Atom[] All() => [.. _axes.SelectMany(axis => axis)];

    /// <summary>In the same order of numbers with other lengths; null where an axis would end within an atom that it does not
    /// divide.</summary>
    public Axes? Reshaped(IReadOnlyList<long> lengths)
    {
        var left = new Stack<Atom>(_axes.SelectMany(axis => axis).Reverse());
        var axes = new List<List<Atom>>();
        foreach (long length in lengths)
        {
            var axis = new List<Atom>();
            for (long open = length; open > 1; )
            {
                if (!left.TryPop(out Atom atom))
                    return null;
                if (open % atom.Size == 0)
                {
                    axis.Add(atom);
                    open /= atom.Size;
                }
                else if (atom.Size % open == 0)
                {
                    axis.Add(new Atom(atom.Of, atom.Stride * (atom.Size / open), open));
                    left.Push(new Atom(atom.Of, atom.Stride, atom.Size / open));
                    open = 1;
                }
                else
                    return null;
            }
            axes.Add(axis);
        }
        return left.Count == 0 ? new Axes(axes) : null;
    }

    /// <summary>Neighbours of which one goes on where the other ends are one atom.</summary>
    private static Atom[] Joined(IEnumerable<Atom> atoms)
    {
        var joined = new List<Atom>();
        foreach (Atom atom in atoms.Where(atom => atom.Size > 1))
            if (joined is [.., var last] && last.Of == atom.Of && last.Stride == atom.Stride * atom.Size)
                joined[^1] = new Atom(atom.Of, atom.Stride, last.Size * atom.Size);
            else
                joined.Add(atom);
        return [.. joined];
    }
}
