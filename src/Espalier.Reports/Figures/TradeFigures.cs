using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>Accuracy against diversity, one mark a method: what is gained, and what is copied for it.</summary>
internal static class TradeFigures
{
    private const int MostPanels = 9;

    /// <summary>Against disagreement with A's own ticket, where it was compared; null where it was not.</summary>
    public static Figure? WithLth(RunView view, string model)
    {
        Point[] points =
        [
            .. from cell in view.Cells(model)
            where cell.RewindEpoch is not null && (cell.DisagreementWithLth is not null || cell.Method == MethodNames.Lth)
            group cell by (cell.Sparsity, Epoch: cell.RewindEpoch!.Value, cell.Method) into same
            let last = same.Max(cell => cell.MatchEpoch)
            let numbers = TicketNumbers.Of([.. same.Where(cell => cell.MatchEpoch == last)])
            select new Point(
                same.Key.Sparsity,
                same.Key.Epoch,
                same.Key.Method,
                100 * (same.Key.Method == MethodNames.Lth ? 0 : numbers.DisagreementWithLth),
                numbers.AccuracyPercent
            ),
        ];
        return points.All(point => point.Method == MethodNames.Lth)
            ? null
            : Draw(
                view,
                points,
                $"trade-lth-{view.Slug(model)}",
                $"Accuracy and what is copied of A: {model} on {view.Run.DataSet}",
                "Test accuracy against the share of test images that a network and A's own ticket, LTH at the same seed, sparsity and "
                    + $"rewind epoch, classify differently; {view.OverSeeds}. Up is better, right is more of one's own.",
                "other than LTH, %"
            );
    }

    /// <summary>Against disagreement among the members of an ensemble; null where there is none of sparse networks.</summary>
    public static Figure? AmongMembers(RunView view, string model)
    {
        Point[] points =
        [
            .. from ensemble in view.Results.Studies.Ensembles
            where ensemble.Model == model && ensemble.RewindEpoch is not null
            select new Point(
                ensemble.Sparsity,
                ensemble.RewindEpoch!.Value,
                ensemble.Method,
                100 * ensemble.Disagreement,
                ensemble.Members.Mean
            ),
        ];
        return points.Length == 0
            ? null
            : Draw(
                view,
                points,
                $"trade-members-{view.Slug(model)}",
                $"Accuracy and diversity of members: {model} on {view.Run.DataSet}",
                "Mean test accuracy of several networks of one method against the share of test images that two of them classify "
                    + "differently, mean over pairs. Up is better, right is more diverse.",
                "disagreement of two members, %"
            );
    }

    private static Figure Draw(RunView view, Point[] points, string id, string title, string caption, string across)
    {
        IReadOnlyList<string> methods = view.Methods.Sort(points.Select(point => point.Method));
        Style[] styles = [.. methods.Select(method => MethodStyle.Of(method, methods, view.Methods))];
        (double Sparsity, int Epoch)[] places = [.. points.Select(point => (point.Sparsity, point.Epoch)).Distinct().Order()];
        bool isCut = places.Length > MostPanels;
        if (isCut) // the earliest and the latest start, at the largest sparsities
            places =
            [
                .. places
                    .Where(place => place.Epoch == places.Min(p => p.Epoch) || place.Epoch == places.Max(p => p.Epoch))
                    .TakeLast(MostPanels - 1),
            ];
        Panel[] panels = [.. places.Select(place => Panel(place))];
        return PanelGrid
            .For(panels.Length)
            .Draw(
                id,
                title,
                caption + (isCut ? " The earliest and the latest rewind epoch, and the largest sparsities, are shown." : ""),
                panels,
                styles,
                legendLines: false
            );

        Panel Panel((double Sparsity, int Epoch) place)
        {
            Point[] here = [.. points.Where(point => (point.Sparsity, point.Epoch) == place)];
            return new Panel(
                Numbers.Invariant($"sparsity {Numbers.Percent(place.Sparsity)}, k = {place.Epoch}"),
                Axis.Covering(across, [.. here.Select(point => point.Disagreement), 0], 5, floor: 0),
                Axis.Covering("test accuracy, %", here.Select(point => point.Accuracy), 5, ceiling: 100),
                [
                    .. methods.Select(
                        (method, i) =>
                            new Series(
                                styles[i],
                                [
                                    .. here.Where(point => point.Method == method)
                                        .Select(point => new Datum(
                                            point.Disagreement,
                                            point.Accuracy,
                                            Tip: Numbers.Invariant(
                                                $"{view.Methods.Label(method)}: {Numbers.Fixed(point.Accuracy)} %, "
                                                    + $"disagreement {Numbers.Fixed(point.Disagreement, 1)} %"
                                            )
                                        )),
                                ],
                                Joined: false
                            )
                    ),
                ]
            );
        }
    }

    private sealed record Point(double Sparsity, int Epoch, string Method, double Disagreement, double Accuracy);
}
