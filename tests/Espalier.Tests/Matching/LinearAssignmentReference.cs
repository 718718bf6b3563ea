namespace Espalier.Tests.Matching;

/// <summary>
/// The Hungarian method as plainly as it can be written: rows join one at a time, each by a shortest path over row and column potentials.
/// </summary>
internal static class LinearAssignmentReference
{
    internal static double Minimum(double[] costs, int n)
    {
        double[] u = new double[n],
            v = new double[n];
        int[] owner = [.. Enumerable.Repeat(-1, n)];
        for (int newcomer = 0; newcomer < n; newcomer++)
        {
            double[] slack = [.. Enumerable.Repeat(double.PositiveInfinity, n)];
            int[] via = [.. Enumerable.Repeat(-1, n)];
            bool[] inTree = new bool[n];
            int row = newcomer,
                reached = -1;
            while (row >= 0)
            {
                int best = -1;
                for (int column = 0; column < n; column++)
                {
                    if (inTree[column])
                        continue;
                    double reduced = costs[row * n + column] - u[row] - v[column];
                    if (reduced < slack[column])
                        (slack[column], via[column]) = (reduced, reached);
                    if (best < 0 || slack[column] < slack[best])
                        best = column;
                }
                double delta = slack[best];
                u[newcomer] += delta;
                for (int column = 0; column < n; column++)
                {
                    if (!inTree[column])
                        slack[column] -= delta;
                    else
                        (u[owner[column]], v[column]) = (u[owner[column]] + delta, v[column] - delta);
                }
                (inTree[best], reached, row) = (true, best, owner[best]);
            }
            for (; via[reached] >= 0; reached = via[reached])
                owner[reached] = owner[via[reached]];
            owner[reached] = newcomer;
        }
        return Enumerable.Range(0, n).Sum(column => costs[owner[column] * n + column]);
    }
}
