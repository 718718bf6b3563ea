using Espalier.Reports.Drawing;

namespace Espalier.Reports.Charts;

/// <summary>Draws one panel into a rectangle.</summary>
internal sealed class PanelPainter(Panel panel, double left, double top, double width, double height, List<Shape> shapes, double labels)
{
    public const double TickSize = 11;
    private const double TickGap = 5,
        Cap = 2.2,
        LabelGap = 6,
        Seam = 0.6,
        SmallRadius = 1.5;
    private static readonly Pen GridPen = new(Paint.Grid),
        AxisPen = new(Paint.Muted);

    public void Draw()
    {
        foreach (Tick tick in panel.Y.Ticks)
            shapes.Add(new Polyline([new(left, Y(tick.At)), new(left + width, Y(tick.At))], GridPen));
        YLabels();
        XLabels();
        Areas();
        foreach (Mark mark in panel.Marks)
        {
            int before = shapes.Count;
            Draw(mark);
            if (OwnerOf(mark) is { Length: > 0 } owner)
                for (int i = before; i < shapes.Count; i++)
                    shapes[i] = shapes[i] with { Of = owner };
        }
        shapes.Add(new Polyline([new(left, top), new(left, top + height), new(left + width, top + height)], AxisPen));
    }

    private static string? OwnerOf(Mark mark) =>
        mark switch
        {
            Series series => series.Style.Label,
            Bar bar => bar.Style.Label,
            AcrossAt line => line.Of,
            Join join => join.Of,
            _ => null,
        };

    /// <summary>All areas of one colour as one shape: no seam within it, and a hair of its own colour closes that to the next.</summary>
    private void Areas()
    {
        foreach (IGrouping<Paint, Area> same in panel.Marks.OfType<Area>().GroupBy(area => area.Fill))
            shapes.Add(
                new Region(
                    [.. same.Select(area => area.Corners.Select(corner => new Point(X(corner.X), Y(corner.Y))).ToArray())],
                    same.Key,
                    new Pen(same.Key, Seam)
                )
            );
    }

    private double X(double value) => left + width * (value - panel.X.Min) / (panel.X.Max - panel.X.Min);

    private double Y(double value) => top + height * (1 - (value - panel.Y.Min) / (panel.Y.Max - panel.Y.Min));

    private void YLabels()
    {
        double last = double.PositiveInfinity;
        foreach (Tick tick in panel.Y.Ticks.OrderBy(tick => tick.At))
        {
            double y = Y(tick.At);
            if (Math.Abs(last - y) < TickSize * 1.02)
                continue;
            last = y;
            shapes.Add(
                new Label(
                    new(left - TickGap, y + TickSize * 0.36),
                    Fonts.Fit(tick.Text, labels, TickSize),
                    TickSize,
                    Anchor.End,
                    Paint: Paint.Muted
                )
            );
        }
    }

    private void XLabels()
    {
        // The ends first: they say what the axis covers; the others as far as they fit.
        var placed = new List<(double Left, double Right)>();
        Tick[] ticks = [.. panel.X.Ticks.OrderBy(tick => tick.At)];
        foreach (Tick tick in ticks.Take(1).Concat(ticks.Skip(1).TakeLast(1)).Concat(ticks.Skip(1).SkipLast(1)))
        {
            double x = X(tick.At),
                half = Fonts.Width(tick.Text, TickSize) / 2;
            shapes.Add(new Polyline([new(x, top + height), new(x, top + height + 3)], AxisPen));
            if (placed.Any(other => x - half < other.Right + LabelGap && x + half > other.Left - LabelGap))
                continue;
            placed.Add((x - half, x + half));
            shapes.Add(new Label(new(x, top + height + 4 + TickSize), tick.Text, TickSize, Anchor.Middle, Paint: Paint.Muted));
        }
        if (panel.X.Title.Length > 0)
            shapes.Add(new Label(new(left + width / 2, top + height + 22 + TickSize), panel.X.Title, TickSize, Anchor.Middle));
    }

    private void Draw(Mark mark)
    {
        switch (mark)
        {
            case Cells cells:
                shapes.Add(new Raster(new(left, top), width, height, cells.Paints, cells.Tip));
                break;
            case Series series:
                Draw(series);
                break;
            case AcrossAt line when line.Y >= panel.Y.Min && line.Y <= panel.Y.Max:
                shapes.Add(new Polyline([new(left, Y(line.Y)), new(left + width, Y(line.Y))], line.Pen));
                break;
            case UpAt line when line.X >= panel.X.Min && line.X <= panel.X.Max:
                shapes.Add(new Polyline([new(X(line.X), top), new(X(line.X), top + height)], line.Pen));
                break;
            case Join join:
                shapes.Add(new Polyline([new(X(join.X1), Y(join.Y1)), new(X(join.X2), Y(join.Y2))], join.Pen));
                break;
            case Bar bar:
                shapes.Add(
                    new Polygon(
                        [new(X(0), Y(bar.Y1)), new(X(bar.X), Y(bar.Y1)), new(X(bar.X), Y(bar.Y2)), new(X(0), Y(bar.Y2))],
                        bar.Style.Paint,
                        Tip: bar.Tip
                    )
                );
                break;
            case Block block:
                shapes.Add(
                    new Polygon(
                        [
                            new(X(block.X1), Y(block.Y1)),
                            new(X(block.X2), Y(block.Y1)),
                            new(X(block.X2), Y(block.Y2)),
                            new(X(block.X1), Y(block.Y2)),
                        ],
                        block.Fill
                    )
                );
                shapes.Add(new Label(new(X(block.X2) + 5, Y((block.Y1 + block.Y2) / 2) + TickSize * 0.36), block.Text, TickSize));
                break;
        }
    }

    private void Draw(Series series)
    {
        Point[] points = [.. series.Data.Where(d => double.IsFinite(d.Y)).Select(d => new Point(X(d.X) + series.Dodge, Y(d.Y)))];
        if (series.Joined)
            foreach (Point[] part in Clip.Below(points, top + height))
                shapes.Add(new Polyline(part, new Pen(series.Style.Paint, series.Style.Width, series.Style.Dash)));
        foreach (Datum datum in series.Data.Where(d => double.IsFinite(d.Low) && double.IsFinite(d.High) && d.High > d.Low))
            ErrorBar(datum, series);
        if (series.Every == 0)
            return;
        for (int i = series.Offset; i < series.Data.Count; i += series.Every)
        {
            Datum datum = series.Data[i];
            if (!double.IsFinite(datum.Y) || datum.Y < panel.Y.Min)
                continue;
            if (series.IsSmall)
                shapes.Add(new Circle(new(X(datum.X) + series.Dodge, Y(datum.Y)), SmallRadius, series.Style.Paint, Tip: datum.Tip));
            else
                shapes.Add(Markers.At(new(X(datum.X) + series.Dodge, Y(datum.Y)), series.Style, datum.Tip));
        }
    }

    private void ErrorBar(Datum datum, Series series)
    {
        double x = X(datum.X) + series.Dodge,
            low = Y(Math.Max(datum.Low, panel.Y.Min)),
            high = Y(Math.Min(datum.High, panel.Y.Max));
        var pen = new Pen(series.Style.Paint, 1.1);
        shapes.Add(
            new Polyline(
                [new(x - Cap, low), new(x + Cap, low), new(x, low), new(x, high), new(x - Cap, high), new(x + Cap, high)],
                pen,
                0.75
            )
        );
    }
}
