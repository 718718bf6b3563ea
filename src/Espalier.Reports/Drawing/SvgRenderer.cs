using System.Globalization;
using System.Net;
using System.Text;

namespace Espalier.Reports.Drawing;

/// <summary>Draws figures as SVG.</summary>
internal static class SvgRenderer
{
    /// <summary>A file of its own, on white.</summary>
    public static string Standalone(Figure figure) =>
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + Draw(
            figure,
            Palette.Light,
            isPart: false,
            $" xmlns=\"http://www.w3.org/2000/svg\" width=\"{N(figure.Width)}\" height=\"{N(figure.Height)}\""
        );

    /// <summary>Part of a page, whose style sets the colours.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="kind">Its class, where it has one.</param>
    /// <param name="tips">Whether its points say their numbers where the pointer rests.</param>
    public static string Inline(Figure figure, string? kind = null, bool tips = true) =>
        Draw(
            tips ? figure : WithoutTips(figure),
            paint => $"var({Palette.Property(paint)})",
            isPart: true,
            (kind is null ? "" : $" class=\"{kind}\"") + $" width=\"{N(figure.Width)}\" height=\"{N(figure.Height)}\"",
            kind ?? "part"
        );

    private static Figure WithoutTips(Figure figure) =>
        new(
            figure.Id,
            figure.Title,
            figure.Caption,
            figure.Width,
            figure.Height,
            [
                .. figure.Shapes.Select(shape =>
                    shape switch
                    {
                        Polygon area => area with { Tip = null },
                        Circle circle => circle with { Tip = null },
                        Raster raster => raster with { Tip = null },
                        _ => shape,
                    }
                ),
            ]
        );

    private static string Draw(Figure figure, Func<Paint, string> colour, bool isPart, string attributes, string? kind = null)
    {
        var text = new StringBuilder();
        text.Append(
            $"<svg{attributes} viewBox=\"0 0 {N(figure.Width)} {N(figure.Height)}\" role=\"img\" "
                + $"aria-labelledby=\"{figure.Id}-title {figure.Id}-desc\" font-family=\"{Fonts.Families}\">\n"
        );
        text.Append(
            $"<title id=\"{figure.Id}-title\">{Escape(figure.Title)}</title>\n<desc "
                + $"id=\"{figure.Id}-desc\">{Escape(figure.Caption)}</desc>\n"
        );
        RepeatedPolygons? repeated = isPart ? new(figure, $"{figure.Id}-{kind}") : null;
        if (repeated?.All.Any() == true)
            text.Append(
                $"<defs>{string.Concat(repeated.All.Select(part => Polygon(part.Shape, colour, $" id=\"{part.Name}\"")))}</defs>\n"
            );
        text.Append($"<rect width=\"{N(figure.Width)}\" height=\"{N(figure.Height)}\" fill=\"{colour(Paint.Paper)}\"/>\n");
        (string? Of, bool IsKey) open = default;
        foreach (Shape shape in figure.Shapes)
        {
            if (isPart && (shape.Of, shape.IsKey) != open)
            {
                text.Append(open.Of is null ? "" : "</g>\n");
                open = (shape.Of, shape.IsKey);
                text.Append(open.Of is null ? "" : $"<g data-{(open.IsKey ? "key" : "of")}=\"{Escape(open.Of)}\">\n");
            }
            text.Append(Draw(shape, colour, repeated)).Append('\n');
        }
        text.Append(open.Of is null ? "" : "</g>\n");
        return text.Append("</svg>\n").ToString();
    }

    private static string Draw(Shape shape, Func<Paint, string> colour, RepeatedPolygons? repeated) =>
        shape switch
        {
            // In a page the style sheet says what all lines have.
            Polyline line when repeated is not null =>
                $"<polyline points=\"{Points(line.Points)}\"{Stroke(line.Pen, colour)}{Opacity(line.Opacity)}/>",
            Polyline line => $"<polyline points=\"{Points(line.Points)}\" fill=\"none\"{Stroke(line.Pen, colour)}{Opacity(line.Opacity)} "
                + $"stroke-linejoin=\"round\"/>",
            Polygon area when repeated?.NameOf(area) is { } name => Close(
                "use",
                $" href=\"#{name}\" x=\"{N(area.Points[0].X)}\" y=\"{N(area.Points[0].Y)}\"",
                area.Tip
            ),
            Polygon area => Polygon(area, colour),
            Circle circle => Close(
                "circle",
                $" cx=\"{N(circle.Center.X)}\" cy=\"{N(circle.Center.Y)}\" r=\"{N(circle.Radius)}\" "
                    + $"fill=\"{colour(circle.Fill)}\"{Stroke(circle.Outline, colour)}",
                circle.Tip
            ),
            Region region => $"<path d=\"{string.Concat(region.Parts.Select(part => $"M{Points(part)}Z"))}\" "
                + $"fill=\"{colour(region.Fill)}\"{Stroke(region.Outline, colour)}/>",
            Raster raster => Close(
                "image",
                $" x=\"{N(raster.At.X)}\" y=\"{N(raster.At.Y)}\" width=\"{N(raster.Width)}\" height=\"{N(raster.Height)}\" "
                    + "preserveAspectRatio=\"none\" style=\"image-rendering: pixelated\" "
                    + $"href=\"data:image/png;base64,{Convert.ToBase64String(RasterPng.Of(raster.Cells))}\"",
                raster.Tip
            ),
            Label label => Text(label, colour),
            _ => throw new InvalidOperationException($"No way to draw {shape.GetType().Name}."),
        };

    private static string Polygon(Polygon area, Func<Paint, string> colour, string name = "") =>
        Close(
            "polygon",
            $"{name} points=\"{Points(area.Points)}\" fill=\"{colour(area.Fill)}\"{Stroke(area.Outline, colour)}{Opacity(area.Opacity)}",
            area.Tip
        );

    private static string Text(Label label, Func<Paint, string> colour)
    {
        string anchor = label.Anchor switch
        {
            Anchor.Middle => " text-anchor=\"middle\"",
            Anchor.End => " text-anchor=\"end\"",
            _ => "",
        };
        string turn = label.Upwards ? $" transform=\"rotate(-90 {N(label.At.X)} {N(label.At.Y)})\"" : "";
        return $"<text x=\"{N(label.At.X)}\" y=\"{N(label.At.Y)}\" "
            + $"font-size=\"{N(label.Size)}\"{(label.Bold ? " font-weight=\"bold\"" : "")}{anchor}{turn} "
            + $"fill=\"{colour(label.Paint)}\">{Escape(label.Text)}</text>";
    }

    private static string Close(string name, string attributes, string? tip) =>
        tip is null ? $"<{name}{attributes}/>" : $"<{name}{attributes}><title>{Escape(tip)}</title></{name}>";

    private static string Stroke(Pen? pen, Func<Paint, string> colour) =>
        pen is null
            ? ""
            : $" stroke=\"{colour(pen.Paint)}\" stroke-width=\"{N(pen.Width)}\""
                + (pen.Pattern.Count > 0 ? $" stroke-dasharray=\"{string.Join(' ', pen.Pattern.Select(N))}\"" : "");

    private static string Opacity(double value) => value >= 1 ? "" : $" opacity=\"{N(value)}\"";

    private static string Points(IReadOnlyList<Point> points) => string.Join(' ', points.Select(p => N(p.X) + "," + N(p.Y)));

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
