using Espalier.Reports.Drawing;

namespace Espalier.Reports.Charts;

/// <summary>The key to bands of colours: beside the first panel, the lowest band at the bottom.</summary>
/// <param name="Title">What is measured.</param>
/// <param name="Paints">One a band, from the lowest.</param>
/// <param name="Limits">Where bands meet, in words: one fewer.</param>
internal sealed record ColourBar(string Title, IReadOnlyList<Paint> Paints, IReadOnlyList<string> Limits)
{
    private const double Across = 16,
        Space = 18,
        Size = 11,
        LeastStep = 12.5;

    /// <summary>Room that it takes.</summary>
    public double Width => Space + Math.Max(Across + 6 + Limits.Max(limit => Fonts.Width(limit, Size)), Fonts.Width(Title, Size));

    /// <summary>Draws it.</summary>
    /// <param name="shapes">Where to.</param>
    /// <param name="left">Where the room begins.</param>
    /// <param name="top">Of the panel beside it.</param>
    /// <param name="height">Likewise.</param>
    public void Draw(List<Shape> shapes, double left, double top, double height)
    {
        double x = left + Space,
            step = height / Paints.Count;
        int every = (int)Math.Ceiling(LeastStep / step); // limits that would touch are left out
        shapes.Add(new Label(new(x, top - 8), Title, Size));
        for (int i = 0; i < Paints.Count; i++)
        {
            double below = top + height - i * step,
                above = top + height - (i + 1) * step;
            shapes.Add(
                new Polygon(
                    [new(x, above), new(x + Across, above), new(x + Across, below), new(x, below)],
                    Paints[i],
                    new Pen(Paints[i], 0.6)
                )
            );
            if (i < Limits.Count && i % every == 0)
                shapes.Add(new Label(new(x + Across + 6, above + Size * 0.36), Limits[i], Size, Paint: Paint.Muted));
        }
        shapes.Add(
            new Polyline(
                [new(x, top), new(x + Across, top), new(x + Across, top + height), new(x, top + height), new(x, top)],
                new(Paint.Muted)
            )
        );
    }
}
