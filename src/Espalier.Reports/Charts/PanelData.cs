using System.Text;

namespace Espalier.Reports.Charts;

/// <summary>The numbers that panels show, for other programs.</summary>
internal static class PanelData
{
    /// <summary>One line a point or bar. Rows of a named axis are called by their names.</summary>
    public static string Lines(IEnumerable<Panel> panels, IReadOnlyList<Style> legend)
    {
        var csv = new StringBuilder("panel,series,x,y,low,high,text\n");
        foreach (Panel panel in panels)
        foreach (Mark mark in panel.Marks)
        foreach ((string series, Datum at) in Points(mark, legend))
            Csv.Line(
                csv,
                [
                    panel.Title,
                    series,
                    Number(at.X),
                    panel.Y.IsOfNames ? Name(panel.Y, at.Y) : Number(at.Y),
                    Number(at.Low),
                    Number(at.High),
                    at.Tip ?? "",
                ]
            );
        return csv.ToString();
    }

    private static IEnumerable<(string Series, Datum At)> Points(Mark mark, IReadOnlyList<Style> legend) =>
        mark switch
        {
            Series series => series.Data.Where(at => double.IsFinite(at.Y)).Select(at => (series.Style.Label, at)),
            Bar bar => [(bar.Style.Label, new Datum(bar.X, (bar.Y1 + bar.Y2) / 2, Tip: bar.Tip))],
            Block block =>
            [
                (
                    legend.FirstOrDefault(style => style.Paint == block.Fill)?.Label ?? "",
                    new Datum(block.X2, (block.Y1 + block.Y2) / 2, Tip: block.Text)
                ),
            ],
            AcrossAt { Of: { } name } line when double.IsFinite(line.Y) => [(name, new Datum(double.NaN, line.Y))],
            _ => [],
        };

    private static string Name(Axis axis, double at) => axis.Ticks.MinBy(tick => Math.Abs(tick.At - at)).Text;

    private static string Number(double value) => double.IsFinite(value) ? Numbers.Raw(value) : "";
}
