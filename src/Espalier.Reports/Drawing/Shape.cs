namespace Espalier.Reports.Drawing;

/// <summary>What figures are made of; each renderer draws all of them.</summary>
internal abstract record Shape
{
    /// <summary>The legend's entry that it belongs to, where there is one: readers can hide what belongs together.</summary>
    public string? Of { get; init; }

    /// <summary>Whether it is that entry itself.</summary>
    public bool IsKey { get; init; }
}

/// <summary>A line through points.</summary>
internal sealed record Polyline(IReadOnlyList<Point> Points, Pen Pen, double Opacity = 1) : Shape;

/// <summary>A closed, filled shape; a tip is shown where the pointer rests on it.</summary>
internal sealed record Polygon(IReadOnlyList<Point> Points, Paint Fill, Pen? Outline = null, double Opacity = 1, string? Tip = null)
    : Shape;

/// <summary>Several closed shapes filled as one, so that none is seen to end where the next begins; all run the same way round.</summary>
internal sealed record Region(IReadOnlyList<IReadOnlyList<Point>> Parts, Paint Fill, Pen Outline) : Shape;

/// <summary>A rectangle of equal cells without seams; a tip is shown where the pointer rests on it.</summary>
/// <param name="At">Its corner at the top left.</param>
/// <param name="Width">Of all columns.</param>
/// <param name="Height">Of all rows.</param>
/// <param name="Cells">Colours by row, from the top, and column: at most sixteen different ones.</param>
/// <param name="Tip">What it shows, in words.</param>
internal sealed record Raster(Point At, double Width, double Height, IReadOnlyList<IReadOnlyList<Paint>> Cells, string? Tip = null) : Shape;

/// <summary>A filled circle.</summary>
internal sealed record Circle(Point Center, double Radius, Paint Fill, Pen? Outline = null, string? Tip = null) : Shape;
