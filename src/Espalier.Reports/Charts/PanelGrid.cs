using Espalier.Reports.Drawing;

namespace Espalier.Reports.Charts;

/// <summary>Lays panels out in rows below a title and one legend for all.</summary>
/// <param name="Columns">Panels in a row.</param>
/// <param name="PanelHeight">Height of the axes.</param>
/// <param name="Width">Of the figure.</param>
public sealed record PanelGrid(int Columns, double PanelHeight = 200, double Width = PanelGrid.FullWidth)
{
    /// <summary>That of a page.</summary>
    public const double FullWidth = 960;

    /// <summary>That of a figure that fits into one of a wide page's two columns.</summary>
    internal const double HalfWidth = 620;
    private const double Pad = 14,
        TitleSize = 15,
        PanelTitle = 12,
        Gap = 16,
        AxisTitleWidth = 18,
        RightPad = 14,
        LabelShare = 0.42;

    /// <summary>As many columns as look well for some number of panels.</summary>
    public static PanelGrid For(int panels, double panelHeight = 200) =>
        panels switch
        {
            1 => new(1, panelHeight + 40, HalfWidth),
            2 or 4 => new(2, panelHeight + 10),
            _ => new(3, panelHeight),
        };

    /// <summary>The figure.</summary>
    /// <param name="id">File name and anchor: lower-case letters, digits and hyphens.</param>
    /// <param name="title">What it shows, in a few words.</param>
    /// <param name="caption">How to read it, in sentences.</param>
    /// <param name="panels">At least one.</param>
    /// <param name="legend">What lines and points stand for.</param>
    /// <param name="legendLines">Whether the legend shows lines, or points alone.</param>
    public Figure Draw(
        string id,
        string title,
        string caption,
        IReadOnlyList<Panel> panels,
        IReadOnlyList<Style> legend,
        bool legendLines = true
    ) => Draw(id, title, caption, panels, legend, legendLines, bar: null);

    /// <summary>The figure, with a key to bands of colours beside its panels.</summary>
    internal Figure Draw(
        string id,
        string title,
        string caption,
        IReadOnlyList<Panel> panels,
        IReadOnlyList<Style> legend,
        bool legendLines,
        ColourBar? bar
    )
    {
        legend = [.. legend.DistinctBy(style => style.Label)];
        var shapes = new List<Shape>();
        double y = Pad;
        foreach (string line in Lines(title, Width - 2 * Pad))
        {
            shapes.Add(new Label(new(Pad, y + TitleSize), line, TitleSize, Bold: true));
            y += TitleSize + 5;
        }
        y = Legend.Draw(shapes, legend, Pad, y + 6, Width - 2 * Pad, legendLines) + 4;

        double ticks =
            panels.SelectMany(panel => panel.Y.Ticks).Select(tick => Fonts.Width(tick.Text, PanelPainter.TickSize)).DefaultIfEmpty(0).Max()
            + 8;
        double axisTitle = panels.Any(panel => panel.Y.Title.Length > 0) ? AxisTitleWidth : 0;
        double cell = (Width - Pad - axisTitle - RightPad - Gap * (Columns - 1) - (bar?.Width ?? 0)) / Columns,
            below = panels.Any(panel => panel.X.Title.Length > 0) ? 42 : 24;
        double panelTop = bar is not null || panels.Any(panel => panel.Title.Length > 0) ? PanelTitle + 12 : 8,
            row = panelTop + PanelHeight + below;
        // Long names leave room for what is drawn; their ends tell them apart.
        double labels = Math.Max(0, LabelShare * cell);
        ticks = Math.Min(ticks, labels + 8);
        bar?.Draw(shapes, Width - RightPad - bar.Width, y + panelTop, PanelHeight);
        for (int i = 0; i < panels.Count; i++)
        {
            Panel panel = panels[i];
            double left = Pad + axisTitle + i % Columns * (cell + Gap) + ticks,
                top = y + i / Columns * row + panelTop;
            if (panel.Title.Length > 0)
                shapes.Add(new Label(new(left, top - 8), panel.Title, PanelTitle, Bold: true));
            if (i % Columns == 0 && panel.Y.Title.Length > 0)
                shapes.Add(
                    new Label(new(Pad + 10, top + PanelHeight / 2), panel.Y.Title, PanelPainter.TickSize, Anchor.Middle, Upwards: true)
                );
            new PanelPainter(panel, left, top, cell - ticks, PanelHeight, shapes, labels).Draw();
        }
        int rows = (panels.Count + Columns - 1) / Columns;
        return new Figure(id, title, caption, Width, Math.Round(y + rows * row + Pad / 2), shapes)
        {
            Data = PanelData.Lines(panels, legend),
        };
    }

    private static IEnumerable<string> Lines(string text, double width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            string longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && Fonts.Width(longer, TitleSize, bold: true) > width)
            {
                yield return line;
                longer = word;
            }
            line = longer;
        }
        yield return line;
    }
}
