using System.Buffers;
using System.Numerics;

namespace Espalier.Matching;

/// <summary>
/// One minimization by the method of Jonker and Volgenant ("A shortest augmenting path algorithm for dense and sparse linear assignment
/// problems", Computing 38, 1987), its dense search in the form of Crouse ("On implementing 2D rectangular assignment algorithms", 2016).
/// </summary>
/// <remarks>
/// Invariant of every step: for each paired row i, cost[i, j] − v[j] is least at its own column. A complete pairing is then optimal.
/// The three steps of this file are cheap and pair most rows; the fourth, in the other, pairs each row that is left along a shortest path.
/// </remarks>
internal sealed partial class LinearAssignmentSolver : IDisposable
{
    private const int Free = -1;

    /// <summary>Row reductions allowed per free row and sweep: bidding wars over near-ties are left to the shortest paths.</summary>
    private const int ReductionsPerRow = 4;

    private readonly double[] _costs; // n rows of _stride, padded with +∞; borrowed, because fresh pages cost more than an easy problem
    private readonly int _n,
        _stride;
    private readonly double[] _v; // price of each column (its dual variable)
    private readonly int[] _columnOf,
        _rowOf;

    /// <summary>Copies the scores, times <paramref name="sign"/>, as costs.</summary>
    internal LinearAssignmentSolver(ReadOnlySpan<double> scores, int n, double sign)
    {
        // Rows are padded with infinite costs to whole vectors: no loop below has a remainder, and no padding is ever chosen.
        _n = n;
        _stride = (n + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        _costs = ArrayPool<double>.Shared.Rent(checked(n * _stride));
        (_v, _distance, _previous) = (new double[_stride], new double[_stride], new long[_stride]);
        (_settled, _settledPrice, _settledDistance) = (new int[n], new double[n], new double[n]);
        (_columnOf, _rowOf, _freeColumns) = (new int[n], new int[n], []);
        Array.Fill(_columnOf, Free);
        Array.Fill(_rowOf, Free);
        Array.Fill(_v, double.PositiveInfinity);
        for (int row = 0; row < n; row++)
            Read(scores.Slice(row * n, n), row, sign);
        _v.AsSpan(n).Clear();
    }

    internal int[] Solve()
    {
        ReduceColumns();
        int[] free = FreeRows();
        if (free.Length == 0)
            return _columnOf;

        TransferReductions();
        for (int sweep = 0; sweep < 2; sweep++)
            free = ReduceRows(free);
        _freeColumns.AddRange(Enumerable.Range(0, _n).Where(column => _rowOf[column] == Free));
        foreach (int row in free)
            Augment(row);
        return _columnOf;
    }

    /// <summary>Gives the costs' memory back.</summary>
    public void Dispose() => ArrayPool<double>.Shared.Return(_costs);

    private ReadOnlySpan<double> Row(int row) => _costs.AsSpan(row * _stride, _stride);

    private int[] FreeRows() => [.. Enumerable.Range(0, _n).Where(row => _columnOf[row] == Free)];

    /// <summary>Checks and copies a row, and, while it is in the cache, lowers the columns' prices to it: the column minima.</summary>
    private void Read(ReadOnlySpan<double> scores, int row, double sign)
    {
        Span<double> costs = _costs.AsSpan(row * _stride, _stride);
        int unusable = LinearAssignmentKernels.Copy(scores, costs, sign, LinearAssignment.LargestMagnitude);
        if (unusable >= 0)
            throw new InputException(
                $"The score of row {row} and column {unusable} is {scores[unusable]}; "
                    + $"a linear assignment needs finite scores of at most {LinearAssignment.LargestMagnitude} in magnitude."
            );
        costs[_n..].Fill(double.PositiveInfinity);
        LinearAssignmentKernels.LowerColumns(costs, _v, _previous, row);
    }

    /// <summary>Step 1, column reduction: each column, priced at its least cost, goes to the row that has it, if still free.</summary>
    private void ReduceColumns()
    {
        for (int column = _n - 1; column >= 0; column--)
        {
            int row = (int)_previous[column];
            if (_columnOf[row] == Free)
                Pair(row, column);
        }
    }

    /// <summary>Step 2, reduction transfer, for the rows that are least in one column only.</summary>
    private void TransferReductions()
    {
        int[] columns = new int[_n];
        for (int column = 0; column < _n; column++)
            columns[_previous[column]]++;
        for (int row = 0; row < _n; row++)
            if (columns[row] == 1)
                TransferReduction(row, _columnOf[row]);
    }

    /// <summary>Lowers the price of a row's column until the row's second choice is as good, so that others want the column less.</summary>
    private void TransferReduction(int row, int column)
    {
        double price = _v[column];
        _v[column] = double.NegativeInfinity; // leaves the column out of the minimum
        double second = LinearAssignmentKernels.TwoLeast(Row(row), _v).Least;
        _v[column] = price - Math.Max(0, second - (_costs[row * _stride + column] - price));
    }

    /// <summary>
    /// Step 3, augmenting row reduction: every free row takes its best column, lowers the price until its second choice is as good,
    /// and frees the row that had it. Where two columns are equally good it takes a free one, or stays free.
    /// </summary>
    /// <returns>The rows that are still free.</returns>
    private int[] ReduceRows(int[] rows)
    {
        List<int> left = [];
        double[] freePrices = [.. _v];
        for (int column = 0; column < _n; column++)
            if (_rowOf[column] != Free)
                freePrices[column] = double.NegativeInfinity; // never least
        Stack<int> waiting = new(rows.Reverse());
        int budget = ReductionsPerRow * rows.Length;
        while (waiting.TryPop(out int row))
        {
            (double least, int column, double second) = LinearAssignmentKernels.TwoLeast(Row(row), _v);
            double lowered = _v[column] - (second - least);
            bool tied = !(lowered < _v[column]);
            if (tied && _rowOf[column] != Free)
                column = ColumnAt(least, row, freePrices);
            if (column == Free || budget-- <= 0)
            {
                left.Add(row);
                continue;
            }
            if (!tied)
                _v[column] = lowered;
            freePrices[column] = double.NegativeInfinity;
            int evicted = _rowOf[column];
            Pair(row, column);
            if (evicted == Free)
                continue;
            _columnOf[evicted] = Free;
            waiting.Push(evicted);
        }
        return [.. left];
    }

    private int ColumnAt(double least, int row, double[] prices)
    {
        (double found, int column, _) = LinearAssignmentKernels.TwoLeast(Row(row), prices);
        return found == least ? column : Free;
    }

    private void Pair(int row, int column) => (_columnOf[row], _rowOf[column]) = (column, row);
}
