using Espalier.Matching;
using Xunit;

namespace Espalier.Tests.Matching;

/// <summary>The expected numbers were printed by scipy_oracle.py, which makes the same matrices.</summary>
public sealed class LinearAssignmentScipySpecs
{
    [Theory]
    [InlineData(64, 1.622198614117244, 1593.0)]
    [InlineData(256, 1.6502867701185928, 1522.0)]
    [InlineData(512, 1.7212168304992654, 1465.0)]
    [InlineData(1024, 1.6450251576538042, 1153.0)]
    [InlineData(2048, 1.6601785192217176, 724.0)]
    public void The_objective_is_that_of_scipy(int n, double uniform, double ties)
    {
        double[] costs = Uniform(n),
            rounded = [.. costs.Select(cost => Math.Floor(cost * 1000))];
        Assert.Equal(uniform, LinearAssignment.Objective(costs, LinearAssignment.Minimize(costs, n)), 1e-12);
        Assert.Equal(ties, LinearAssignment.Objective(rounded, LinearAssignment.Minimize(rounded, n)));
    }

    private static double[] Uniform(int n)
    {
        ulong x = (ulong)n;
        double[] cells = new double[n * n];
        for (int cell = 0; cell < cells.Length; cell++)
        {
            x = unchecked(x * 6364136223846793005 + 1442695040888963407);
            cells[cell] = (x >> 11) / (double)(1UL << 53);
        }
        return cells;
    }
}
