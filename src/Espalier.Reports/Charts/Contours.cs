using Espalier.Reports.Drawing;

namespace Espalier.Reports.Charts;

/// <summary>Fills the bands between levels of a function known on a grid, linear on the two triangles of each cell.</summary>
internal static class Contours
{
    /// <summary>The bands as areas. Cells with a corner that is not a number stay empty.</summary>
    /// <param name="x">Columns, ascending.</param>
    /// <param name="y">Rows, ascending.</param>
    /// <param name="values">By row and column.</param>
    /// <param name="levels">Inner limits of the bands, ascending: band i lies between limits i − 1 and i.</param>
    /// <param name="paints">One a band: one more than there are limits.</param>
    public static IEnumerable<Area> Fill(
        IReadOnlyList<double> x,
        IReadOnlyList<double> y,
        IReadOnlyList<IReadOnlyList<double?>> values,
        IReadOnlyList<double> levels,
        IReadOnlyList<Paint> paints
    )
    {
        for (int row = 0; row + 1 < y.Count; row++)
        {
            int run = -1,
                from = 0;
            for (int column = 0; column + 1 < x.Count; column++)
            {
                Corner[]? cell = Cell(x, y, values, row, column);
                int whole = cell is null ? -1 : Whole(cell, levels);
                // Neighbours that lie in one band become one area.
                if (run >= 0 && whole != run)
                    yield return Rectangle(from, column, run);
                if (whole != run)
                    (run, from) = (whole, column);
                if (cell is null || whole >= 0)
                    continue;
                foreach (Area part in Parts([cell[0], cell[1], cell[2]], levels, paints))
                    yield return part;
                foreach (Area part in Parts([cell[0], cell[2], cell[3]], levels, paints))
                    yield return part;
            }
            if (run >= 0)
                yield return Rectangle(from, x.Count - 1, run);

            Area Rectangle(int first, int last, int band) =>
                new([(x[first], y[row]), (x[last], y[row]), (x[last], y[row + 1]), (x[first], y[row + 1])], paints[band]);
        }
    }

    private static Corner[]? Cell(
        IReadOnlyList<double> x,
        IReadOnlyList<double> y,
        IReadOnlyList<IReadOnlyList<double?>> values,
        int row,
        int column
    )
    {
        (int Row, int Column)[] at = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)];
        return at.All(c => values[c.Row][c.Column] is { } value && double.IsFinite(value))
            ? [.. at.Select(c => new Corner(x[c.Column], y[c.Row], values[c.Row][c.Column]!.Value))]
            : null;
    }

    /// <summary>The band that all corners are in; −1 if there are several.</summary>
    private static int Whole(Corner[] cell, IReadOnlyList<double> levels)
    {
        int band = Band(cell[0].Value, levels);
        return cell.All(corner => Band(corner.Value, levels) == band) ? band : -1;
    }

    private static int Band(double value, IReadOnlyList<double> levels) => levels.Count(level => value >= level);

    private static IEnumerable<Area> Parts(Corner[] triangle, IReadOnlyList<double> levels, IReadOnlyList<Paint> paints)
    {
        int low = triangle.Min(corner => Band(corner.Value, levels)),
            high = triangle.Max(corner => Band(corner.Value, levels));
        for (int band = low; band <= high; band++)
        {
            IReadOnlyList<Corner> part = triangle;
            if (band > 0)
                part = Clip(part, levels[band - 1], above: true);
            if (band < levels.Count)
                part = Clip(part, levels[band], above: false);
            if (part.Count > 2)
                yield return new Area([.. part.Select(corner => (corner.X, corner.Y))], paints[band]);
        }
    }

    /// <summary>The part of a convex shape where a linear function lies on one side of a level (Sutherland and Hodgman 1974).</summary>
    private static List<Corner> Clip(IReadOnlyList<Corner> shape, double level, bool above)
    {
        var kept = new List<Corner>();
        for (int i = 0; i < shape.Count; i++)
        {
            Corner here = shape[i],
                next = shape[(i + 1) % shape.Count];
            bool inside = above ? here.Value >= level : here.Value <= level,
                nextInside = above ? next.Value >= level : next.Value <= level;
            if (inside)
                kept.Add(here);
            if (inside == nextInside)
                continue;
            double share = (level - here.Value) / (next.Value - here.Value);
            kept.Add(new Corner(here.X + share * (next.X - here.X), here.Y + share * (next.Y - here.Y), level));
        }
        return kept;
    }

    private readonly record struct Corner(double X, double Y, double Value);
}
