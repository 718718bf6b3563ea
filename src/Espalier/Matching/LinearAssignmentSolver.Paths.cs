namespace Espalier.Matching;

/// <content>Step 4, augmentation: one shortest alternating path for each row that the reductions left free.</content>
internal sealed partial class LinearAssignmentSolver
{
    private readonly List<int> _freeColumns; // ascending
    private readonly double[] _distance; // of each column from the free row; +∞ once settled
    private readonly long[] _previous; // the row before each column on its path (long: as wide as a double, for the vector selects)
    private readonly int[] _settled; // columns in the order in which the search settled them, with their prices and distances
    private readonly double[] _settledPrice,
        _settledDistance;

    /// <summary>Dijkstra's shortest path over reduced costs from a free row to any free column; the pairs along it are exchanged.</summary>
    private void Augment(int freeRow)
    {
        Array.Fill(_distance, double.PositiveInfinity);
        int count = 0,
            row = freeRow,
            column;
        double reached = 0,
            least = 0;
        while (true)
        {
            double nearest = LinearAssignmentKernels.Relax(Row(row), _v, _distance, _previous, row, least - reached);
            column = NearestColumn(nearest);
            if (_rowOf[column] == Free)
            {
                LowerPrices(count, nearest);
                break;
            }
            (row, reached) = (_rowOf[column], nearest);
            least = _costs[row * _stride + column] - _v[column];
            (_settled[count], _settledPrice[count], _settledDistance[count++]) = (column, _v[column], nearest);
            // Settled columns leave the search without a test in its inner loop: an infinite reduced cost never lowers a distance.
            (_v[column], _distance[column]) = (double.NegativeInfinity, double.PositiveInfinity);
        }
        _freeColumns.Remove(column);
        Exchange(freeRow, column);
    }

    /// <summary>Of the columns at this distance the first free one, which ends the search, or else the first.</summary>
    private int NearestColumn(double distance)
    {
        foreach (int column in _freeColumns)
            if (_distance[column] == distance)
                return column;
        return LinearAssignmentKernels.IndexOf(_distance, distance);
    }

    /// <summary>Lowers the price of each settled column by how much nearer it is than the path's end, which keeps the invariant.</summary>
    private void LowerPrices(int count, double end)
    {
        for (int k = 0; k < count; k++)
            _v[_settled[k]] = _settledPrice[k] + Math.Min(0, _settledDistance[k] - end);
    }

    /// <summary>From the path's end back to its start: each row takes the column through which the path left it.</summary>
    private void Exchange(int freeRow, int column)
    {
        int row;
        do
        {
            row = (int)_previous[column];
            int next = _columnOf[row];
            Pair(row, column);
            column = next;
        } while (row != freeRow);
    }
}
