using Espalier.Connectivity;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Html;

/// <summary>What a reader wants to know before anything else, as a few large numbers: the claim, the schedule, how many seeds.</summary>
internal static class GlancePart
{
    private const int MostModels = 4;

    public static void Write(HtmlWriter html, RunView view)
    {
        string[] models = [.. view.Measured.Take(MostModels)];
        Tile[] tiles =
        [
            .. models.SelectMany(model => Claims(view, model).Select(tile => models.Length == 1 ? tile : tile with { Of = model })),
            .. view.IsOfGivenFiles ? Array.Empty<Tile>() : [Schedule(view), Seeds(view.Run)],
        ];
        if (tiles.Length > 0)
            html.Element("dl", () => Write(html, tiles), ("class", "glance"));
    }

    private static void Write(HtmlWriter html, IEnumerable<Tile> tiles)
    {
        foreach (Tile tile in tiles)
            html.Element(
                "div",
                () =>
                    html.Element(
                            "dt",
                            () =>
                            {
                                html.Text(tile.Name);
                                if (tile.Of is { } model)
                                    html.Element("small", model);
                            }
                        )
                        .Element(
                            "dd",
                            () =>
                            {
                                html.Text(tile.Value);
                                html.Element("small", tile.Detail);
                            }
                        ),
                ("class", tile.IsWarning ? "warning" : null)
            );
    }

    private static IEnumerable<Tile> Claims(RunView view, string model)
    {
        Comparison[] rows = [.. view.Main(model)];
        GapClosed gap = GapClosed.Of(rows, MethodNames.Permuted);
        if (gap.Standing != GapStanding.NoSeed)
            yield return new(
                "gap to LTH closed by permuted",
                gap.IsKnown ? Numbers.Percent(gap.Share, 0) : Numbers.None,
                gap.Standing switch
                {
                    GapStanding.Known => $"95 % interval {Numbers.Percent(gap.Low, 0)} to {Numbers.Percent(gap.High, 0)}",
                    GapStanding.OneSeed => "one seed: no interval",
                    _ => GapReason.Of(gap),
                }
            );
        PairedDifference difference = Pooled.Difference(rows, MethodNames.Permuted, MethodNames.Naive);
        if (difference.Count > 0)
            yield return new(
                "permuted − naive, points",
                Numbers.Signed(difference.Mean),
                difference.Count == 1
                    ? "one seed: no interval"
                    : $"95 % interval {Numbers.Signed(difference.Low)} to {Numbers.Signed(difference.High)}"
            );
        foreach (Tile tile in Barriers(view, BarrierPaths.Of(view.Results.Studies, model, BarrierNames.FromAToB)))
            yield return tile;
    }

    /// <summary>
    /// Of two networks given as files all that was measured; of a run the least barrier, beside that of the networks as they are.
    /// </summary>
    private static IEnumerable<Tile> Barriers(RunView view, IReadOnlyList<IGrouping<PathKind, BarrierResult>> kinds)
    {
        static double Error(IEnumerable<BarrierResult> kind) => BarrierPaths.Mean(kind, curve => curve.Test.Barrier.ErrorPercent).Mean;
        static Tile Of(IGrouping<PathKind, BarrierResult> kind, string detail) =>
            new($"error barrier, {BarrierNames.Label(kind.Key)}", Numbers.Fixed(Error(kind), 1), $"points{detail}");
        if (view.IsOfGivenFiles)
            return kinds.Select(kind =>
                Of(kind, $"; of the loss {Numbers.Fixed(BarrierPaths.Mean(kind, curve => curve.Test.Barrier.Loss).Mean)}")
            );
        var untouched = kinds.FirstOrDefault(kind => kind.Key is { Aligned: false, Correction: Correction.None });
        return kinds.Where(kind => kind.Key.Aligned).MinBy(Error) is { } least
            ? [Of(least, untouched is null ? "" : $"; {Numbers.Fixed(Error(untouched), 1)} between A and B as they are")]
            : [];
    }

    private static Tile Schedule(RunView view)
    {
        string? epochs = view.Run.Settings.FirstOrDefault(option => option.Key == "epochs").Value;
        string length = epochs is null ? "" : $"T = {epochs}";
        if (view.Paper.IsFull)
            return new("schedule", "full", epochs is null ? "the paper's number of epochs" : $"{length} epochs, as the paper has");
        string theirs = Numbers.Count(PaperSchedule.EpochsOn(view.Run.DataSet));
        return new(
            "schedule, scaled down",
            Numbers.Percent(view.Paper.Factor, 1),
            $"{(epochs is null ? "" : length + " epochs; ")}the paper has {theirs}",
            IsWarning: true
        );
    }

    private static Tile Seeds(RunDescription run) =>
        new(
            run.Seeds.Count == 1 ? "seed" : "seeds",
            Numbers.Count(run.Seeds.Count),
            run.Seeds.Count == 1
                ? $"number {Numbers.Count(run.Seeds[0])}: no interval"
                : string.Join(", ", run.Seeds.Select(Numbers.Count)),
            IsWarning: run.Seeds.Count == 1
        );

    /// <summary>A number with its name above and what must be known of it below.</summary>
    private sealed record Tile(string Name, string Value, string Detail, bool IsWarning = false)
    {
        /// <summary>The network, where there are several.</summary>
        public string? Of { get; init; }
    }
}
