using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>How far the signs of a ticket are those of the start's own weights, layer by layer.</summary>
internal static class SignFigure
{
    private const double RowHeight = 17,
        LeastHeight = 90,
        Chance = 50;

    /// <summary>
    /// At the largest sparsity, one panel a rewind epoch, one line for methods that agree alike; null where nobody counted.
    /// </summary>
    public static Figure? Of(RunView view, string model)
    {
        LayerAgreement[] all = [.. view.Results.Signs.Where(signs => signs.Model == model && signs.RewindEpoch is not null)];
        if (all.Length == 0)
            return null;
        double sparsity = all.Max(signs => signs.Sparsity);
        all = [.. all.Where(signs => signs.Sparsity == sparsity)];
        string[] layers = [.. all.Select(signs => signs.Layer).Distinct()];
        int[] epochs = [.. all.Select(signs => signs.RewindEpoch!.Value).Distinct().Order()];
        // What a start takes does not change what agreed before: methods with one mask are one line, called by the plainest.
        Dictionary<string, double[]> shares = view
            .Methods.Sort(all.Select(signs => signs.Method))
            .ToDictionary(
                method => method,
                method => (double[])[.. from k in epochs from layer in layers select Share(all.Where(s => s.Method == method), k, layer)]
            );
        string[] methods =
        [
            .. shares
                .GroupBy(pair => string.Join(' ', pair.Value.Select(share => Numbers.Raw(share))))
                .Select(same => same.Select(pair => pair.Key).MinBy(view.Methods.TakesOfTicket)!),
        ];
        Style[] styles = [.. methods.Select(method => MethodStyle.Of(method, methods, view.Methods))];
        Panel[] panels =
        [
            .. epochs.Select(
                (k, at) =>
                    new Panel(
                        Numbers.Invariant($"k = {k}"),
                        Axis.Covering("signs agree, %", [Chance, .. shares.Values.SelectMany(share => share).Select(s => 100 * s)], 5),
                        Axis.Names([.. layers.Select(LayerName.Short)]),
                        [
                            new UpAt(Chance, new Pen(Paint.Muted)),
                            .. methods.Select((method, i) => new Series(styles[i], Data(shares[method], at, layers))),
                        ]
                    )
            ),
        ];
        int columns = Math.Min(panels.Length, 3);
        return new PanelGrid(
            columns,
            Math.Max(LeastHeight, RowHeight * layers.Length),
            columns == 1 ? PanelGrid.HalfWidth : PanelGrid.FullWidth
        ).Draw(
            $"signs-{view.Slug(model)}",
            $"Signs that agree: {model} on {view.Run.DataSet}",
            $"Share of each layer's kept weights whose sign in the moved ticket is that of the start's own weight, sparsity "
                + $"{Numbers.Percent(sparsity)}, {view.OverSeeds}; 50 % is chance. Layers run from the input at the top to the output. "
                + "Methods that agree alike in every layer are one line.",
            panels,
            styles
        );
    }

    private static double Share(IEnumerable<LayerAgreement> signs, int k, string layer)
    {
        LayerAgreement[] here = [.. signs.Where(s => s.RewindEpoch == k && s.Layer == layer)];
        int? last = here.Max(s => s.MatchEpoch);
        return TicketNumbers.Agreement(here.Where(s => s.MatchEpoch == last));
    }

    private static Datum[] Data(double[] shares, int epoch, string[] layers) =>
        [
            .. layers.Select(
                (layer, row) =>
                {
                    double share = shares[epoch * layers.Length + row];
                    return new Datum(100 * share, -row, Tip: $"{layer}: {Numbers.Percent(share, 1)}");
                }
            ),
        ];
}
