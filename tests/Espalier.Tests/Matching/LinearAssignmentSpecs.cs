using CsCheck;
using Espalier.Matching;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Tests.Matching;

public sealed class LinearAssignmentSpecs
{
    private static readonly Gen<double> Cell = Gen.OneOf(
        Gen.Int[-3, 3].Select(i => (double)i),
        Gen.Double[-1, 1],
        Gen.Select(Gen.Double[-1, 1], Gen.Int[-6, 6], (mantissa, exponent) => mantissa * Math.Pow(10, exponent))
    );

    private static readonly Gen<double[]> Tiny = Gen.Int[1, 7].SelectMany(n => Cell.Array[n * n]);

    [Fact]
    public void A_small_problem_is_solved_as_well_as_by_trying_every_permutation() =>
        Tiny.Sample(
            scores =>
            {
                int n = (int)Math.Sqrt(scores.Length);
                double tolerance = 1e-12 * scores.Max(Math.Abs);
                int[] least = LinearAssignment.Minimize(scores, n),
                    most = LinearAssignment.Maximize(scores, n);
                AssertPermutation(least);
                AssertPermutation(most);
                (double minimum, double maximum) = BruteForce(scores, n);
                return LinearAssignment.Objective(scores, least) <= minimum + tolerance
                    && LinearAssignment.Objective(scores, most) >= maximum - tolerance;
            },
            iter: 3000
        );

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_one_of_forty_thousand_permutations_of_eight_is_beaten_or_met(int seed)
    {
        double[] scores = Random(8, "eight", seed, cell => seed % 2 == 0 ? cell : Math.Floor(4 * cell));
        Assert.Equal(BruteForce(scores, 8).Minimum, LinearAssignment.Objective(scores, LinearAssignment.Minimize(scores, 8)), 12);
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("ties")]
    [InlineData("rare")]
    [InlineData("constant")]
    [InlineData("product")]
    [InlineData("magnitudes")]
    [InlineData("low rank")]
    public void A_larger_problem_is_solved_as_well_as_by_an_independent_solver(string kind)
    {
        foreach (int n in (int[])[2, 3, 5, 9, 16, 17, 31, 33, 64, 100, 127, 200])
        {
            double[] costs = Matrix(kind, n);
            int[] columns = LinearAssignment.Minimize(costs, n);
            AssertPermutation(columns);
            double expected = LinearAssignmentReference.Minimum(costs, n);
            Assert.Equal(expected, LinearAssignment.Objective(costs, columns), 1e-11 * n * costs.Max(Math.Abs));
            Assert.Equal(columns, LinearAssignment.Minimize(costs, n));
            Assert.Equal(columns, LinearAssignment.Maximize([.. costs.Select(cost => -cost)], n));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(333)]
    public void A_permutation_planted_in_noise_is_recovered(int n)
    {
        int[] planted = new RandomStream(1, "planted").NextOrder(n);
        double[] scores = Random(n, "noise", n, cell => cell);
        for (int row = 0; row < n; row++)
            scores[row * n + planted[row]] += 1;
        Assert.Equal(planted, LinearAssignment.Maximize(scores, n));
    }

    [Fact]
    public void A_matrix_gives_what_its_rows_give()
    {
        double[,] matrix =
        {
            { 4, 1, 3 },
            { 2, 0, 5 },
            { 3, 2, 2 },
        };
        Assert.Equal([1, 0, 2], LinearAssignment.Minimize(matrix));
        Assert.Equal(LinearAssignment.Maximize([4, 1, 3, 2, 0, 5, 3, 2, 2], 3), LinearAssignment.Maximize(matrix));
    }

    [Fact]
    public void Scores_of_the_largest_magnitude_are_solved()
    {
        double[] scores = Random(20, "huge", 0, cell => (cell < 0.5 ? -1 : 1) * LinearAssignment.LargestMagnitude);
        AssertPermutation(LinearAssignment.Maximize(scores, 20));
    }

    [Fact]
    public void No_rows_have_an_empty_assignment()
    {
        Assert.Empty(LinearAssignment.Maximize([], 0));
        Assert.Empty(LinearAssignment.Minimize(new double[0, 0]));
    }

    [Fact]
    public void Rectangles_are_refused()
    {
        Assert.Contains("3 x 2", Assert.Throws<ArgumentException>(() => LinearAssignment.Maximize(new double[3, 2])).Message);
        Assert.Contains("0 x 4", Assert.Throws<ArgumentException>(() => LinearAssignment.Minimize(new double[0, 4])).Message);
        Assert.Contains("6 scores", Assert.Throws<ArgumentException>(() => LinearAssignment.Minimize(new double[6], 3)).Message);
        Assert.Throws<ArgumentException>(() => LinearAssignment.Objective(new double[6], new int[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearAssignment.Maximize(new double[1], -1));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-1e301)]
    public void A_score_that_is_not_a_usable_number_is_refused_by_its_cell(double bad)
    {
        foreach ((int row, int column) in (ReadOnlySpan<(int, int)>)[(0, 0), (7, 3), (12, 12)])
        {
            double[] scores = new double[13 * 13];
            scores[row * 13 + column] = bad;
            InputException refusal = Assert.Throws<InputException>(() => LinearAssignment.Maximize(scores, 13));
            Assert.Contains($"row {row} and column {column}", refusal.Message);
        }
    }

    private static double[] Matrix(string kind, int n) =>
        kind switch
        {
            "uniform" => Random(n, kind, n, cell => cell - 0.5),
            "ties" => Random(n, kind, n, cell => Math.Floor(10 * cell)),
            "rare" => Random(n, kind, n, cell => cell < 2.0 / n ? 0 : 1),
            "constant" => Random(n, kind, n, _ => 3.25),
            "magnitudes" => Random(n, kind, n, cell => Math.Pow(10, 12 * cell - 6)),
            "product" => Product(n, n),
            _ => Product(n, 4),
        };

    /// <summary>-A Bᵀ with n × depth factors, as negative covariances are.</summary>
    private static double[] Product(int n, int depth)
    {
        RandomStream stream = new(n, "factors");
        double[][] factors =
        [
            .. Enumerable.Range(0, 2 * n).Select(_ => Enumerable.Range(0, depth).Select(_ => stream.NextNormal()).ToArray()),
        ];
        return [.. Enumerable.Range(0, n * n).Select(cell => -factors[cell / n].Zip(factors[n + cell % n], (a, b) => a * b).Sum())];
    }

    private static double[] Random(int n, string name, long index, Func<double, double> shape)
    {
        RandomStream stream = new(7, name, index);
        return [.. Enumerable.Range(0, n * n).Select(_ => shape(stream.NextDouble()))];
    }

    private static void AssertPermutation(int[] columns) => Assert.Equal(Enumerable.Range(0, columns.Length), columns.Order());

    private static (double Minimum, double Maximum) BruteForce(double[] scores, int n)
    {
        double least = double.PositiveInfinity,
            most = double.NegativeInfinity;
        void Extend(int row, int taken, double sum)
        {
            if (row == n)
                (least, most) = (Math.Min(least, sum), Math.Max(most, sum));
            for (int column = 0; column < n; column++)
                if ((taken >> column & 1) == 0)
                    Extend(row + 1, taken | 1 << column, sum + scores[row * n + column]);
        }
        Extend(0, 0, 0);
        return (least, most);
    }
}
