using Espalier.Reports.Drawing;

namespace Espalier.Reports.Charts;

/// <summary>Cuts lines at a panel's lower edge: training curves start far below what is of interest.</summary>
internal static class Clip
{
    /// <summary>The parts of a line that lie above an edge (y grows downwards).</summary>
    public static IEnumerable<Point[]> Below(IReadOnlyList<Point> line, double edge)
    {
        var part = new List<Point>();
        for (int i = 0; i < line.Count; i++)
        {
            bool inside = line[i].Y <= edge;
            if (i > 0 && inside != line[i - 1].Y <= edge)
            {
                double share = (edge - line[i - 1].Y) / (line[i].Y - line[i - 1].Y);
                part.Add(new(line[i - 1].X + share * (line[i].X - line[i - 1].X), edge));
            }
            if (inside)
                part.Add(line[i]);
            if ((!inside || i == line.Count - 1) && part.Count > 0)
            {
                if (part.Count > 1)
                    yield return [.. part];
                part.Clear();
            }
        }
    }
}
