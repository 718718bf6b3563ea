using Espalier.Lab.Findings;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace OneOfYourOwn;

/// <summary>A figure: the accuracy of every seed as a point of its own, one kind of point a method.</summary>
public static class SeedFigure
{
    /// <summary>Null where there is nothing to show.</summary>
    public static Figure? Of(RunResults results)
    {
        ResultCell[] cells = [.. results.Cells.Where(cell => cell.RewindEpoch is not null)];
        if (cells.Length == 0)
            return null;
        Series[] series =
        [
            .. cells
                .GroupBy(cell => cell.Method)
                .Select(
                    (method, i) =>
                        new Series(
                            Style.Of(i, results.LabelOf(method.Key)),
                            [.. method.Select(cell => new Datum(cell.Seed, cell.TestAccuracyPercent, Tip: $"k = {cell.RewindEpoch}"))],
                            Joined: false
                        )
                ),
        ];
        var panel = new Panel(
            "",
            Axis.At("seed", cells.Select(cell => (double)cell.Seed), seed => $"{seed}"),
            Axis.Covering("test accuracy, %", cells.Select(cell => cell.TestAccuracyPercent)),
            series
        );
        return PanelGrid
            .For(panels: 1)
            .Draw("every-seed", "Every seed", "Test accuracy of each seed.", [panel], [.. series.Select(s => s.Style)], legendLines: false);
    }
}
