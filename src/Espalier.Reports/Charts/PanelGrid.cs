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
    internal const double HalfWidth = 600;

    /// <summary>What a page of 390 has room for.</summary>
    internal const double NarrowWidth = 358;
    private const double Pad = 14,
        TitleSize = 15,
        PanelTitle = 12,
        Gap = 16,
        AxisTitleWidth = 18,
        RightPad = 14,
        LabelShare = 0.42;

    /// <summary>Whether a panel is a picture, as high on a narrow page as it is wide there.</summary>
    internal bool KeepsShape { get; init; }

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
        Figure Lay(PanelGrid grid, string name)
        {
            var shapes = new List<Shape>();
            double height = grid.Lay(shapes, title, panels, legend, legendLines, bar);
            return new Figure(name, title, caption, grid.Width, height, shapes);
        }
        PanelGrid narrow = this with { Columns = 1, Width = NarrowWidth };
        if (KeepsShape)
            narrow = narrow with { PanelHeight = Math.Round(PanelHeight * narrow.Room(panels, bar).Axes / Room(panels, bar).Axes) };
        return Lay(this, id) with
        {
            Data = PanelData.Lines(panels, legend),
            Narrow = Width > NarrowWidth ? Lay(narrow, id + "-narrow") : null,
        };
    }

    private double Lay(
        List<Shape> shapes,
        string title,
        IReadOnlyList<Panel> panels,
        IReadOnlyList<Style> legend,
        bool legendLines,
        ColourBar? bar
    )
    {
        double y = Pad;
        foreach (string line in Lines(title, Width - 2 * Pad))
        {
            shapes.Add(new Label(new(Pad, y + TitleSize), line, TitleSize, Bold: true));
            y += TitleSize + 5;
        }
        y = Legend.Draw(shapes, legend, Pad, y + 6, Width - 2 * Pad, legendLines) + 4;

        (double axisTitle, double cell, double ticks, double labels, double axes) = Room(panels, bar);
        double below = panels.Any(panel => panel.X.Title.Length > 0) ? 42 : 24,
            panelTop = bar is not null || panels.Any(panel => panel.Title.Length > 0) ? PanelTitle + 12 : 8,
            row = panelTop + PanelHeight + below;
        bar?.Draw(shapes, Width - RightPad - bar.Width, y + panelTop, PanelHeight);
        for (int i = 0; i < panels.Count; i++)
        {
            Panel panel = panels[i];
            double left = Pad + axisTitle + i % Columns * (cell + Gap) + ticks,
                top = y + i / Columns * row + panelTop;
            if (panel.Title.Length > 0)
                shapes.Add(new Label(new(left, top - 8), Fonts.Fit(panel.Title, axes, PanelTitle, bold: true), PanelTitle, Bold: true));
            if (i % Columns == 0 && panel.Y.Title.Length > 0)
                shapes.Add(
                    new Label(new(Pad + 10, top + PanelHeight / 2), panel.Y.Title, PanelPainter.TickSize, Anchor.Middle, Upwards: true)
                );
            new PanelPainter(panel, left, top, axes, PanelHeight, shapes, labels).Draw();
        }
        int rows = (panels.Count + Columns - 1) / Columns;
        return Math.Round(y + rows * row + Pad / 2);
    }

    /// <summary>Widths: of the axis' title, of a panel with its ticks, of these, of the longest name among them, and of its axes.</summary>
    private (double AxisTitle, double Cell, double Ticks, double Labels, double Axes) Room(IReadOnlyList<Panel> panels, ColourBar? bar)
    {
        double ticks =
            panels.SelectMany(panel => panel.Y.Ticks).Select(tick => Fonts.Width(tick.Text, PanelPainter.TickSize)).DefaultIfEmpty(0).Max()
            + 8;
        double axisTitle = panels.Any(panel => panel.Y.Title.Length > 0) ? AxisTitleWidth : 0;
        double cell = (Width - Pad - axisTitle - RightPad - Gap * (Columns - 1) - (bar?.Width ?? 0)) / Columns;
        // Long names leave room for what is drawn; their ends tell them apart.
        double labels = Math.Max(0, LabelShare * cell);
        ticks = Math.Min(ticks, labels + 8);
        return (axisTitle, cell, ticks, labels, cell - ticks);
    }

    private static IEnumerable<string> Lines(string text, double width)
    {
        string line = "";
        // Equations and percentages stay on one line.
        foreach (
            string part in text.Replace(" = ", "\u00a0=\u00a0", StringComparison.Ordinal)
                .Replace(" %", "\u00a0%", StringComparison.Ordinal)
                .Split(' ')
        )
        {
            string word = part.Replace('\u00a0', ' ');
            string longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && Fonts.Width(longer, TitleSize, bold: true) > width)
            {
                yield return Fonts.Fit(line, width, TitleSize, bold: true);
                longer = word;
            }
            line = longer;
        }
        yield return Fonts.Fit(line, width, TitleSize, bold: true);
    }
}
