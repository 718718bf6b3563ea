using System.Runtime.InteropServices;

namespace Espalier.Matching;

/// <summary>
/// Exact dense linear assignment: the one-to-one pairing of n rows with n columns whose scores add up to the most,
/// or whose costs add up to the least.
/// </summary>
/// <remarks>
/// Real-valued, square, O(n³) at worst. Equal inputs give equal outputs, ties included, whatever the machine's vector width.
/// The working copy takes 8·n² bytes. The algorithm is in <see cref="LinearAssignmentSolver"/>.
/// </remarks>
public static class LinearAssignment
{
    /// <summary>The largest magnitude a score may have: sums of n of them, and their differences, stay finite.</summary>
    public const double LargestMagnitude = 1e300;

    /// <summary>The pairing with the largest sum of scores.</summary>
    /// <param name="scores">n·n scores, row-major; finite, any sign.</param>
    /// <param name="n">Number of rows, and of columns; 0 gives an empty result.</param>
    /// <returns>For every row its column, a permutation of 0..n-1.</returns>
    /// <exception cref="ArgumentException"><paramref name="scores"/> does not hold n·n values.</exception>
    /// <exception cref="InputException">A score is not finite or above <see cref="LargestMagnitude"/>; the message names it.</exception>
    public static int[] Maximize(ReadOnlySpan<double> scores, int n) => Solve(scores, n, sign: -1);

    /// <summary>The pairing with the largest sum of scores.</summary>
    /// <param name="scores">A square matrix; finite, any sign.</param>
    /// <inheritdoc cref="Maximize(ReadOnlySpan{double}, int)"/>
    public static int[] Maximize(double[,] scores) => Maximize(Flat(scores), scores.GetLength(0));

    /// <summary>The pairing with the smallest sum of costs.</summary>
    /// <param name="costs">n·n costs, row-major; finite, any sign.</param>
    /// <param name="n">Number of rows, and of columns; 0 gives an empty result.</param>
    /// <returns>For every row its column, a permutation of 0..n-1.</returns>
    /// <exception cref="ArgumentException"><paramref name="costs"/> does not hold n·n values.</exception>
    /// <exception cref="InputException">A cost is not finite or above <see cref="LargestMagnitude"/>; the message names it.</exception>
    public static int[] Minimize(ReadOnlySpan<double> costs, int n) => Solve(costs, n, sign: 1);

    /// <summary>The pairing with the smallest sum of costs.</summary>
    /// <param name="costs">A square matrix; finite, any sign.</param>
    /// <inheritdoc cref="Minimize(ReadOnlySpan{double}, int)"/>
    public static int[] Minimize(double[,] costs) => Minimize(Flat(costs), costs.GetLength(0));

    /// <summary>What a pairing adds up to: Σ over rows of <c>scores[row, columns[row]]</c>.</summary>
    /// <param name="scores">n·n scores, row-major.</param>
    /// <param name="columns">For each of the n rows its column, as the other methods return it.</param>
    /// <exception cref="ArgumentException"><paramref name="scores"/> does not hold n·n values.</exception>
    public static double Objective(ReadOnlySpan<double> scores, ReadOnlySpan<int> columns)
    {
        RequireSquare(scores.Length, columns.Length);
        double sum = 0;
        for (int row = 0; row < columns.Length; row++)
            sum += scores[row * columns.Length + columns[row]];
        return sum;
    }

    private static int[] Solve(ReadOnlySpan<double> scores, int n, double sign)
    {
        RequireSquare(scores.Length, n);
        if (n == 0)
            return [];
        using LinearAssignmentSolver solver = new(scores, n, sign);
        return solver.Solve();
    }

    private static void RequireSquare(int length, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (length != (long)n * n)
            throw new ArgumentException($"{length} scores are not a {n} x {n} matrix; a linear assignment is square.", nameof(length));
    }

    private static ReadOnlySpan<double> Flat(double[,] matrix)
    {
        (int rows, int columns) = (matrix.GetLength(0), matrix.GetLength(1));
        if (rows != columns)
            throw new ArgumentException($"The matrix is {rows} x {columns}, not square.", nameof(matrix));
        return matrix.Length == 0 ? [] : MemoryMarshal.CreateReadOnlySpan(ref matrix[0, 0], matrix.Length);
    }
}
