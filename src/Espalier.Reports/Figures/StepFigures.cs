using Espalier.Lab.Findings;
using Espalier.Pruning;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Reports.Figures;

/// <summary>What one training, pruning or match gave.</summary>
internal static class StepFigures
{
    private const double BarHeight = 8,
        Space = 9,
        LeastHeight = 60,
        Filled = 0.74,
        SignRow = 18;

    /// <summary>Loss and accuracy by epoch, of the images trained on and of the test images.</summary>
    public static IReadOnlyList<Figure> Curves(IReadOnlyList<EpochMetrics> metrics)
    {
        Style train = Style.Of(0, "training images"),
            test = Style.Of(1, "test images");
        Figure Draw(string id, string title, string y, Func<EpochMetrics, double?> ofTrain, Func<EpochMetrics, double?> ofTest, double most)
        {
            Series[] lines = [Line(metrics, train, ofTrain), Line(metrics, test, ofTest)];
            Axis epochs = Axis.Covering("epoch of training", [.. metrics.Select(epoch => (double)epoch.Epoch), 0], 5, floor: 0);
            epochs = epochs with { Ticks = [.. epochs.Ticks.Where(tick => double.IsInteger(tick.At))] };
            return PanelGrid
                .For(1, 180)
                .Draw(
                    id,
                    title,
                    "After each epoch. Training images are as they were trained on, while the weights were changing.",
                    [
                        new Panel(
                            "",
                            epochs,
                            Axis.Covering(y, lines.SelectMany(line => line.Data).Select(at => at.Y), floor: 0, ceiling: most),
                            lines
                        ),
                    ],
                    [.. lines.Where(line => line.Data.Count > 0).Select(line => line.Style)]
                );
        }
        return
        [
            Draw("accuracy", "Accuracy as training goes on", "accuracy, %", m => m.TrainAccuracyPercent, m => m.TestAccuracyPercent, 100),
            Draw("loss", "Loss as training goes on", "cross-entropy", m => m.TrainLoss, m => m.TestLoss, double.PositiveInfinity),
        ];
    }

    private static Series Line(IReadOnlyList<EpochMetrics> metrics, Style style, Func<EpochMetrics, double?> value)
    {
        Datum[] data =
        [
            .. from epoch in metrics
            let at = value(epoch)
            where at is { } known && double.IsFinite(known)
            select new Datum(
                epoch.Epoch,
                at.Value,
                Tip: Numbers.Invariant($"{style.Label}, epoch {epoch.Epoch}: {Numbers.Fixed(at.Value, 3)}")
            ),
        ];
        return new Series(style, data, Every: Math.Max(1, data.Length / 10));
    }

    /// <summary>What masks keep of each layer, a bar a mask.</summary>
    public static Figure Densities(IReadOnlyList<(string Name, Mask Mask)> masks)
    {
        Networks.Parameter[] layers = [.. masks[0].Mask.Network.Parameters.Where(p => p.IsWeight)];
        Style[] styles = [.. masks.Select((mask, i) => Style.Of(i, mask.Name).AsSquare())];
        Bar[] bars =
        [
            .. from i in Enumerable.Range(0, masks.Count)
            from row in Enumerable.Range(0, layers.Length)
            let share = (double)masks[i].Mask.Kept(layers[row]) / layers[row].Count
            let top = -row + Filled * (0.5 - (double)i / masks.Count)
            select new Bar(
                100 * share,
                top,
                top - Filled / masks.Count,
                styles[i],
                $"{layers[row].Name}, {masks[i].Name}: {Numbers.Percent(share)} kept"
            ),
        ];
        return new PanelGrid(1, Math.Max(LeastHeight, (BarHeight * masks.Count + Space) * layers.Length), PanelGrid.HalfWidth).Draw(
            "densities",
            "Weights kept in each layer",
            "Share of each layer's weights that the mask keeps. Layers run from the input at the top to the output.",
            [
                new Panel(
                    "",
                    Axis.Covering("kept, %", [.. bars.Select(bar => bar.X), 0], 5, floor: 0),
                    Axis.Names([.. layers.Select(layer => LayerName.Short(layer.Name))]),
                    bars
                ),
            ],
            styles,
            legendLines: false
        );
    }

    /// <summary>Accuracy against sparsity; null below two sparsities.</summary>
    public static Figure? Targets(IReadOnlyList<PrunedNetwork> pruned)
    {
        if (pruned.Count < 2)
            return null;
        Style style = Style.Of(0, "pruned network");
        Datum[] data =
        [
            .. pruned.Select(network => new Datum(
                100 * network.Mask.Sparsity,
                network.Training.TestAccuracyPercent,
                Tip: $"{Numbers.Percent(network.Mask.Sparsity)}: {Numbers.Fixed(network.Training.TestAccuracyPercent)} %"
            )),
        ];
        return PanelGrid
            .For(1, 180)
            .Draw(
                "accuracy-by-sparsity",
                "Accuracy against sparsity",
                "Test accuracy after fine-tuning against the sparsity of the prunable weights.",
                [
                    new Panel(
                        "",
                        Axis.At("sparsity, %", data.Select(at => at.X), sparsity => Numbers.Short(sparsity, 2)),
                        Axis.Covering("test accuracy, %", data.Select(at => at.Y), floor: 0, ceiling: 100),
                        [new Series(style, data)]
                    ),
                ],
                [style]
            );
    }

    /// <summary>Kept weights whose sign is B's, layer by layer, matched and not; null where nobody counted.</summary>
    public static Figure? Signs(SignAgreement? matched, SignAgreement? unmatched)
    {
        if (matched is null || unmatched is null || matched.Compared == 0)
            return null;
        Style[] styles = [Style.Of(0, "matched"), Style.Of(1, "not permuted")];
        Series[] lines =
        [
            .. styles.Zip(
                [matched, unmatched],
                (style, signs) =>
                    new Series(
                        style,
                        [
                            .. signs
                                .Layers.Select((layer, row) => (Layer: layer, Row: row))
                                .Where(of => of.Layer.Share is not null)
                                .Select(of => new Datum(
                                    100 * of.Layer.Share!.Value,
                                    -of.Row,
                                    Tip: $"{of.Layer.Layer}, {style.Label}: {Numbers.Percent(of.Layer.Share.Value, 1)}"
                                )),
                        ]
                    )
            ),
        ];
        return new PanelGrid(1, Math.Max(LeastHeight, SignRow * matched.Layers.Count), PanelGrid.HalfWidth).Draw(
            "signs",
            "Signs that agree",
            "Share of each layer's kept weights of A whose sign is that of B's weight at their place; 50 % is chance. "
                + "Layers run from the input at the top to the output.",
            [
                new Panel(
                    "",
                    Axis.Covering("signs agree, %", [50, .. lines.SelectMany(line => line.Data).Select(at => at.X)], 5),
                    Axis.Names([.. matched.Layers.Select(layer => LayerName.Short(layer.Layer))]),
                    [new UpAt(50, new Pen(Paint.Muted)), .. lines]
                ),
            ],
            styles
        );
    }
}
