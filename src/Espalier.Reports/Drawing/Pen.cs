namespace Espalier.Reports.Drawing;

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
