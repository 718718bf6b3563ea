using SkiaSharp;

namespace Espalier.Reports.Drawing;

/// <summary>Draws figures as PNG, on white, at twice their size for sharp print.</summary>
internal static class SkiaRenderer
{
    private const float Scale = 2;
    private const int Quality = 100;

    /// <summary>The file's bytes.</summary>
    public static byte[] Png(Figure figure)
    {
        using var bitmap = new SKBitmap(
            (int)Math.Ceiling(figure.Width * Scale),
            (int)Math.Ceiling(figure.Height * Scale),
            SKColorType.Rgba8888,
            SKAlphaType.Opaque
        );
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(Colour(Paint.Paper));
            canvas.Scale(Scale);
            foreach (Shape shape in figure.Shapes)
                Draw(canvas, shape);
        }
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, Quality);
        return data.ToArray();
    }

    private static void Draw(SKCanvas canvas, Shape shape)
    {
        switch (shape)
        {
            case Polyline line:
                using (SKPath path = Path(line.Points, close: false))
                    Stroke(canvas, path, line.Pen, line.Opacity);
                break;
            case Polygon area:
                using (SKPath path = Path(area.Points, close: true))
                {
                    using (var fill = new SKPaint { IsAntialias = true, Color = Colour(area.Fill, area.Opacity) })
                        canvas.DrawPath(path, fill);
                    if (area.Outline != null)
                        Stroke(canvas, path, area.Outline, area.Opacity);
                }
                break;
            case Circle circle:
                using (var path = new SKPath())
                {
                    path.AddCircle((float)circle.Center.X, (float)circle.Center.Y, (float)circle.Radius);
                    using (var fill = new SKPaint { IsAntialias = true, Color = Colour(circle.Fill) })
                        canvas.DrawPath(path, fill);
                    if (circle.Outline != null)
                        Stroke(canvas, path, circle.Outline, 1);
                }
                break;
            case Region region:
                using (var path = new SKPath())
                {
                    foreach (IReadOnlyList<Point> part in region.Parts)
                        path.AddPoly([.. part.Select(p => new SKPoint((float)p.X, (float)p.Y))], close: true);
                    using (var fill = new SKPaint { IsAntialias = true, Color = Colour(region.Fill) })
                        canvas.DrawPath(path, fill);
                    Stroke(canvas, path, region.Outline, 1);
                }
                break;
            case Raster raster:
                Cells(canvas, raster);
                break;
            case Label label:
                Text(canvas, label);
                break;
            default:
                throw new InvalidOperationException($"No way to draw {shape.GetType().Name}.");
        }
    }

    private static void Cells(SKCanvas canvas, Raster raster)
    {
        using SKBitmap cells = SKBitmap.Decode(RasterPng.Of(raster.Cells));
        using SKImage image = SKImage.FromBitmap(cells);
        using var paint = new SKPaint();
        canvas.DrawImage(
            image,
            SKRect.Create((float)raster.At.X, (float)raster.At.Y, (float)raster.Width, (float)raster.Height),
            new SKSamplingOptions(SKFilterMode.Nearest),
            paint
        );
    }

    private static void Text(SKCanvas canvas, Label label)
    {
        using SKFont font = Fonts.Font(label.Size, label.Bold);
        using var paint = new SKPaint { IsAntialias = true, Color = Colour(label.Paint) };
        canvas.Save();
        canvas.Translate((float)label.At.X, (float)label.At.Y);
        if (label.Upwards)
            canvas.RotateDegrees(-90);
        canvas.DrawText(
            label.Text,
            0,
            0,
            label.Anchor switch
            {
                Anchor.Middle => SKTextAlign.Center,
                Anchor.End => SKTextAlign.Right,
                _ => SKTextAlign.Left,
            },
            font,
            paint
        );
        canvas.Restore();
    }

    private static void Stroke(SKCanvas canvas, SKPath path, Pen pen, double opacity)
    {
        using SKPathEffect? dash =
            pen.Pattern.Count == 0 ? null : SKPathEffect.CreateDash([.. pen.Pattern.Select(length => (float)length)], 0);
        using var paint = new SKPaint
        {
            IsAntialias = true,
            IsStroke = true,
            StrokeWidth = (float)pen.Width,
            StrokeJoin = SKStrokeJoin.Round,
            Color = Colour(pen.Paint, opacity),
            PathEffect = dash,
        };
        canvas.DrawPath(path, paint);
    }

    private static SKPath Path(IReadOnlyList<Point> points, bool close)
    {
        var path = new SKPath();
        path.AddPoly([.. points.Select(p => new SKPoint((float)p.X, (float)p.Y))], close);
        return path;
    }

    private static SKColor Colour(Paint paint, double opacity = 1) =>
        SKColor.Parse(Palette.Light(paint)).WithAlpha((byte)Math.Round(255 * opacity));
}
