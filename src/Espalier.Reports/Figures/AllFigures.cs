using Espalier.Reports.Analysis;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>Every figure that a run has the numbers for.</summary>
/// <param name="Accuracy">Against rewind epoch and sparsity.</param>
/// <param name="Differences">Permuted minus others, and the gap that each closes.</param>
/// <param name="EarlyMatching">Against matching epoch.</param>
/// <param name="Densities">Of the masks.</param>
/// <param name="Matching">Scores.</param>
/// <param name="Curves">Of training.</param>
/// <param name="Costs">Epochs.</param>
/// <param name="Barriers">Between networks.</param>
/// <param name="Planes">Through three networks.</param>
/// <param name="Own">Figures that the library does not know.</param>
internal sealed record AllFigures(
    IReadOnlyList<Figure> Accuracy,
    IReadOnlyList<Figure> Differences,
    IReadOnlyList<Figure> EarlyMatching,
    IReadOnlyList<Figure> Densities,
    IReadOnlyList<Figure> Matching,
    IReadOnlyList<Figure> Curves,
    IReadOnlyList<Figure> Costs,
    IReadOnlyList<Figure> Barriers,
    IReadOnlyList<Figure> Planes,
    IReadOnlyList<Figure> Own
)
{
    /// <summary>Accuracy against diversity.</summary>
    public IReadOnlyList<Figure> Trades { get; init; } = [];

    /// <summary>Signs that agree.</summary>
    public IReadOnlyList<Figure> Signs { get; init; } = [];

    /// <summary>Single layers of masks.</summary>
    public IReadOnlyList<Figure> Masks { get; init; } = [];

    /// <summary>Permutations and scores of single groups.</summary>
    public IReadOnlyList<Figure> Matrices { get; init; } = [];

    /// <summary>The networks' graphs.</summary>
    public IReadOnlyList<Figure> Networks { get; init; } = [];

    /// <summary>All, in the report's order.</summary>
    public IEnumerable<Figure> All =>
        [
            .. Accuracy,
            .. Differences,
            .. EarlyMatching,
            .. Barriers,
            .. Planes,
            .. Trades,
            .. Signs,
            .. Densities,
            .. Masks,
            .. Matching,
            .. Matrices,
            .. Curves,
            .. Costs,
            .. Networks,
            .. Own,
        ];

    /// <summary>Of a run.</summary>
    /// <param name="view">The run.</param>
    /// <param name="own">Figures that the library does not know.</param>
    /// <exception cref="ArgumentException">Two figures share a name, or one has none.</exception>
    public static AllFigures Of(RunView view, params IReadOnlyList<Figure> own)
    {
        AllFigures all = OfTheLibrary(view) with { Own = own };
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (Figure figure in all.All)
            if (!taken.Add(figure.Id) || !figure.Id.Split('-').All(word => word.Length > 0 && word.All(IsLetterOrDigit)))
                throw new ArgumentException($"A figure named '{figure.Id}': expected a name of its own, of lower-case words joined by '-'");
        return all;
    }

    private static bool IsLetterOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

    private static AllFigures OfTheLibrary(RunView view)
    {
        RunView? five = view.TopFive();
        // Matching and masks are there before the first accuracy is.
        string[] models = [.. view.Models.Concat(view.Run.Models).Distinct()];
        IReadOnlyList<Figure> Each(Func<RunView, string, Figure?> draw) => [.. models.Select(model => draw(view, model)).OfType<Figure>()];
        return new AllFigures(
            [
                .. Each(RewindFigure.Of),
                .. five is null ? [] : models.Select(model => RewindFigure.Of(five, model)).OfType<Figure>(),
                .. Each(SparsityFigure.Of),
            ],
            [.. Each(GapFigure.Of), .. Each(DifferenceFigure.Of)],
            Each(MatchEpochFigure.Of),
            Each(DensityFigure.Of),
            Each(MatchFigure.Of),
            [.. Each(CurveFigure.Of), .. Each(LossFigure.Of)],
            CostFigure.Of(view) is { } costs ? [costs] : [],
            [
                .. ModelBarrierFigure.Of(view) is { } byModel ? new[] { byModel } : [],
                .. Each(PathFigure.Of),
                .. Each(PruningBarrierFigure.Of),
            ],
            [.. models.SelectMany(model => PlaneFigures.Of(view, model))],
            []
        )
        {
            Trades = [.. Each(TradeFigures.WithLth), .. Each(TradeFigures.AmongMembers)],
            Signs = Each(SignFigure.Of),
            Masks = [.. models.SelectMany(model => MaskFigure.Of(view, model))],
            Matrices = [.. models.SelectMany(model => MatrixFigures.Of(view, model))],
            Networks = Each(NetworkFigure.Of),
        };
    }
}
