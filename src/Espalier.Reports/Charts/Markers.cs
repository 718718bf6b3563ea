using Espalier.Reports.Drawing;

namespace Espalier.Reports.Charts;

/// <summary>Draws data points.</summary>
internal static class Markers
{
    private const double Radius = 3.4,
        LargeRadius = 5.5,
        LargeRim = 1.5,
        Arm = 1.1;

    private static readonly Dictionary<MarkerShape, Point[]> Outlines = new()
    {
        [MarkerShape.Square] = [new(-0.88, -0.88), new(0.88, -0.88), new(0.88, 0.88), new(-0.88, 0.88)],
        [MarkerShape.Triangle] = [new(0, -1.2), new(1.1, 0.8), new(-1.1, 0.8)],
        [MarkerShape.Wedge] = [new(0, 1.2), new(1.1, -0.8), new(-1.1, -0.8)],
        [MarkerShape.Diamond] = [new(0, -1.3), new(1.3, 0), new(0, 1.3), new(-1.3, 0)],
        [MarkerShape.Plus] = Plus(),
        [MarkerShape.Cross] = [.. Plus().Select(p => new Point((p.X - p.Y) * Math.Sqrt(0.5), (p.X + p.Y) * Math.Sqrt(0.5)))],
    };

    /// <summary>A point in some style.</summary>
    public static Shape At(Point at, Style style, string? tip = null)
    {
        // The rim keeps points that lie on each other apart.
        Paint fill = style.Hollow ? Paint.Paper : style.Paint;
        Pen rim = style.Hollow ? new Pen(style.Paint, 1.4) : new Pen(Paint.Paper, style.IsLarge ? LargeRim : 0.7);
        double radius = style.IsLarge ? LargeRadius : Radius;
        return style.Marker == MarkerShape.Circle
            ? new Circle(at, radius, fill, rim, tip)
            : new Polygon(
                [.. Outlines[style.Marker].Select(p => new Point(at.X + p.X * radius, at.Y + p.Y * radius))],
                fill,
                rim,
                Tip: tip
            );
    }

    private static Point[] Plus()
    {
        double thin = Arm / 3,
            far = Arm * 1.3;
        return
        [
            new(-thin, -far),
            new(thin, -far),
            new(thin, -thin),
            new(far, -thin),
            new(far, thin),
            new(thin, thin),
            new(thin, far),
            new(-thin, far),
            new(-thin, thin),
            new(-far, thin),
            new(-far, -thin),
            new(-thin, -thin),
        ];
    }
}
