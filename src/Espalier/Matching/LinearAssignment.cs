namespace Espalier.Matching;

/// <summary>t</summary>
public static class LinearAssignment
{
    /// <summary>t</summary>
    public static int[] Maximize(ReadOnlySpan<double> scores, int n)
    {
        var u = new double[n + 1]; var v = new double[n + 1]; var p = new int[n + 1]; var way = new int[n + 1];
        for (int i = 1; i <= n; i++)
        {
            p[0] = i; int j0 = 0; var minv = new double[n + 1]; Array.Fill(minv, double.PositiveInfinity); var used = new bool[n + 1];
            do
            {
                used[j0] = true; int i0 = p[j0], j1 = 0; double delta = double.PositiveInfinity;
                for (int j = 1; j <= n; j++)
                {
                    if (used[j]) continue;
                    double cur = -scores[(i0 - 1) * n + j - 1] - u[i0] - v[j];
                    if (cur < minv[j]) { minv[j] = cur; way[j] = j0; }
                    if (minv[j] < delta) { delta = minv[j]; j1 = j; }
                }
                for (int j = 0; j <= n; j++) if (used[j]) { u[p[j]] += delta; v[j] -= delta; } else minv[j] -= delta;
                j0 = j1;
            } while (p[j0] != 0);
            do { int j1 = way[j0]; p[j0] = p[j1]; j0 = j1; } while (j0 != 0);
        }
        var result = new int[n]; for (int j = 1; j <= n; j++) result[p[j] - 1] = j - 1; return result;
    }
}
