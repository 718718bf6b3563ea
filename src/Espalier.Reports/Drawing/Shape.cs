namespace Espalier.Reports.Drawing;

/// <summary>What figures are made of; each renderer draws all of them.</summary>
internal abstract record Shape;

/// <summary>A line through points.</summary>
internal sealed record Polyline(IReadOnlyList<Point> Points, Pen Pen, double Opacity = 1) : Shape;

/// <summary>A closed, filled shape; a tip is shown where the pointer rests on it.</summary>
internal sealed record Polygon(IReadOnlyList<Point> Points, Paint Fill, Pen? Outline = null, double Opacity = 1, string? Tip = null)
    : Shape;

/// <summary>A filled circle.</summary>
internal sealed record Circle(Point Center, double Radius, Paint Fill, Pen? Outline = null, string? Tip = null) : Shape;
