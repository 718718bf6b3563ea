namespace Espalier.Reports.Drawing;

/// <summary>Which point of a text is at its place.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

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
