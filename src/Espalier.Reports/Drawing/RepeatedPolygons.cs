using System.Globalization;

namespace Espalier.Reports.Drawing;

/// <summary>Polygons of a figure that differ in their place alone, as markers do: a page writes them once and then says where.</summary>
internal sealed class RepeatedPolygons
{
    private const int Few = 3;
    private readonly Dictionary<Polygon, string> _names = new(new SameButForPlace());

    /// <param name="figure">Whose.</param>
    /// <param name="prefix">Of their names, the figure's own.</param>
    public RepeatedPolygons(Figure figure, string prefix)
    {
        foreach (var same in figure.Shapes.OfType<Polygon>().GroupBy(AtOrigin, _names.Comparer).Where(same => same.Count() >= Few))
            _names.Add(same.Key, $"{prefix}-{_names.Count.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>Each by its name, its first corner at the origin.</summary>
    public IEnumerable<(string Name, Polygon Shape)> All => _names.Select(pair => (pair.Value, pair.Key));

    /// <summary>What it is called; null if it is no repeated one.</summary>
    public string? NameOf(Polygon polygon) => _names.GetValueOrDefault(AtOrigin(polygon));

    private static Polygon AtOrigin(Polygon polygon)
    {
        Point first = polygon.Points[0];
        return new(
            [.. polygon.Points.Select(point => new Point(Math.Round(point.X - first.X, 2), Math.Round(point.Y - first.Y, 2)))],
            polygon.Fill,
            polygon.Outline,
            polygon.Opacity
        );
    }

    private sealed class SameButForPlace : IEqualityComparer<Polygon>
    {
        public bool Equals(Polygon? x, Polygon? y) =>
            x!.Fill == y!.Fill && Equals(x.Outline, y.Outline) && x.Opacity.Equals(y.Opacity) && x.Points.SequenceEqual(y.Points);

        public int GetHashCode(Polygon polygon) => HashCode.Combine(polygon.Fill, polygon.Points.Count, polygon.Points[^1]);
    }
}
