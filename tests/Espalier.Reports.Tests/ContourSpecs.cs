using CsCheck;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Tests;

public class ContourSpecs
{
    private static readonly Gen<(double[] Values, double[] Levels)> Grids = Gen.Select(
        Gen.Double[-5, 5].Array[4 * 5],
        Gen.Double[-4, 4].Array[8].Select(levels => levels.Order().ToArray())
    );

    [Fact]
    public void The_bands_cover_every_cell_once() =>
        Grids.Sample(given =>
        {
            double covered = Fill(given.Values, given.Levels).Sum(Size);
            Assert.Equal(3 * 4 * 0.5, covered, 1e-9);
        });

    [Fact]
    public void Each_area_lies_in_its_band() =>
        Grids.Sample(given =>
        {
            foreach (Area area in Fill(given.Values, given.Levels))
            {
                int band = area.Fill - Paint.Level1;
                (double low, double high) = (
                    band == 0 ? double.NegativeInfinity : given.Levels[band - 1],
                    band == given.Levels.Length ? double.PositiveInfinity : given.Levels[band]
                );
                Assert.InRange(At(given.Values, area.Corners.Average(c => c.X), area.Corners.Average(c => c.Y)), low - 1e-9, high + 1e-9);
            }
        });

    [Fact]
    public void Cells_around_a_hole_stay_empty()
    {
        double?[] values = [.. Enumerable.Repeat((double?)1, 20)];
        values[6] = null; // row 1, column 1: a corner of four cells
        Assert.Equal((12 - 4) * 0.5, Contours.Fill(X, Y, Rows(values), [0, 2], Palette.Levels).Sum(Size), 1e-9);
        values[6] = double.NaN;
        Assert.Equal((12 - 4) * 0.5, Contours.Fill(X, Y, Rows(values), [0, 2], Palette.Levels).Sum(Size), 1e-9);
    }

    private static double[] X { get; } = [0, 1, 2, 3, 4];

    private static double[] Y { get; } = [0, 0.5, 1, 1.5];

    private static Area[] Fill(double[] values, double[] levels) =>
        [.. Contours.Fill(X, Y, Rows([.. values.Select(value => (double?)value)]), levels, Palette.Levels)];

    private static IReadOnlyList<double?>[] Rows(double?[] values) =>
        [.. Enumerable.Range(0, 4).Select(row => values[(5 * row)..(5 * row + 5)])];

    private static double Size(Area area) =>
        Math.Abs(
            area.Corners.Select((c, i) => (c, Next: area.Corners[(i + 1) % area.Corners.Count]))
                .Sum(pair => pair.c.X * pair.Next.Y - pair.Next.X * pair.c.Y)
        ) / 2;

    /// <summary>The function that is linear on the two triangles of each cell.</summary>
    private static double At(double[] values, double x, double y)
    {
        int column = Math.Clamp((int)x, 0, 3),
            row = Math.Clamp((int)(y / 0.5), 0, 2);
        double u = x - column,
            v = y / 0.5 - row,
            a = values[5 * row + column],
            b = values[5 * row + column + 1],
            c = values[5 * row + 6 + column],
            d = values[5 * row + 5 + column];
        return u >= v ? a + u * (b - a) + v * (c - b) : a + u * (c - d) + v * (d - a);
    }
}
