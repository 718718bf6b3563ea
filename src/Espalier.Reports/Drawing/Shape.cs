namespace Espalier.Reports.Drawing;

/// <summary>A place in a figure: x to the right, y down, in units of 1/96 inch.</summary>
internal readonly record struct Point(double X, double Y);

/// <summary>How a line is broken, so that lines can be told apart without colour.</summary>
internal enum Dash
{
    Solid,
    Dashed,
    Dotted,
    LongDash,
    DashDot,
    ShortDash,
}

/// <summary>A line's look.</summary>
internal sealed record Pen(Paint Paint, double Width = 1, Dash Dash = Dash.Solid)
{
    /// <summary>Lengths of strokes and gaps; empty for an unbroken line.</summary>
    public IReadOnlyList<double> Pattern =>
        Dash switch
        {
            Dash.Dashed => [6, 3],
            Dash.Dotted => [1.5, 3],
            Dash.LongDash => [11, 4],
            Dash.DashDot => [8, 3, 1.5, 3],
            Dash.ShortDash => [3, 2],
            _ => [],
        };
}

/// <summary>Which point of a text is at its place.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>What figures are made of; each renderer draws all of them.</summary>
internal abstract record Shape;

/// <summary>A line through points.</summary>
internal sealed record Polyline(IReadOnlyList<Point> Points, Pen Pen, double Opacity = 1) : Shape;

/// <summary>A closed, filled shape; a tip is shown where the pointer rests on it.</summary>
internal sealed record Polygon(IReadOnlyList<Point> Points, Paint Fill, Pen? Outline = null, double Opacity = 1, string? Tip = null)
    : Shape;

/// <summary>A filled circle.</summary>
internal sealed record Circle(Point Center, double Radius, Paint Fill, Pen? Outline = null, string? Tip = null) : Shape;

/// <summary>One line of text; the place is on its baseline. Turned by −90° it reads upwards.</summary>
internal sealed record Label(
    Point At,
    string Text,
    double Size = 11,
    Anchor Anchor = Anchor.Start,
    bool Bold = false,
    Paint Paint = Paint.Ink,
    bool Upwards = false
) : Shape
{
    /// <summary>The rectangle that the text covers.</summary>
    public (double Left, double Top, double Right, double Bottom) Bounds
    {
        get
        {
            double width = Fonts.Width(Text, Size, Bold),
                start = Anchor switch
                {
                    Anchor.Start => 0,
                    Anchor.Middle => -width / 2,
                    _ => -width,
                };
            double ascent = 0.76 * Size,
                descent = 0.24 * Size;
            return Upwards
                ? (At.X - ascent, At.Y - start - width, At.X + descent, At.Y - start)
                : (At.X + start, At.Y - ascent, At.X + start + width, At.Y + descent);
        }
    }
}
