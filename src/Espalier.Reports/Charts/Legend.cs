using Espalier.Reports.Drawing;

namespace Espalier.Reports.Charts;

/// <summary>The key to the lines: each with its dash, marker and name, in as many rows as needed.</summary>
internal static class Legend
{
    private const double Size = 11.5,
        Sample = 26,
        Spot = 12,
        Space = 14,
        RowHeight = 19;

    /// <summary>Draws it and returns the y below it.</summary>
    public static double Draw(List<Shape> shapes, IReadOnlyList<Style> styles, double left, double top, double width, bool lines)
    {
        if (styles.Count == 0)
            return top;
        double x = left,
            y = top + RowHeight / 2,
            sample = lines ? Sample : Spot;
        foreach (Style style in styles)
        {
            string label = Fonts.Fit(style.Label, width - sample - 6, Size);
            double entry = sample + 6 + Fonts.Width(label, Size);
            if (x > left && x + entry > left + width)
                (x, y) = (left, y + RowHeight);
            int before = shapes.Count;
            if (lines)
                shapes.Add(new Polyline([new(x, y), new(x + sample, y)], new Pen(style.Paint, style.Width, style.Dash)));
            if (style != Style.Dense)
                shapes.Add(Markers.At(new(x + sample / 2, y), style));
            shapes.Add(new Label(new(x + sample + 6, y + Size * 0.36), label, Size));
            for (int i = before; i < shapes.Count; i++)
                shapes[i] = shapes[i] with { Of = style.Label, IsKey = true };
            x += entry + Space;
        }
        return y + RowHeight / 2 + 4;
    }
}
