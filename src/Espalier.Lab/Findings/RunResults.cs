using Espalier.Lab.Design;
using Espalier.Networks;

namespace Espalier.Lab.Findings;

/// <summary>Everything a report of a run shows, as numbers. A run under way gives what there is.</summary>
/// <param name="Run">What was run, and how far it is.</param>
/// <param name="Cells">Accuracies.</param>
/// <param name="Matches">Scores of the permutations.</param>
/// <param name="Densities">What the masks keep of each layer.</param>
/// <param name="Curves">Every epoch of every training.</param>
/// <param name="Costs">What it took, by kind of stage.</param>
/// <param name="ReleasedCosts">What the paper's released code, which shares nothing, would have to train for the cells of the paper's
/// methods.</param>
/// <exception cref="InvalidOperationException">A cell or a match is there twice for one seed.</exception>
public sealed record RunResults(
    RunDescription Run,
    IReadOnlyList<ResultCell> Cells,
    IReadOnlyList<MatchResult> Matches,
    IReadOnlyList<LayerDensity> Densities,
    IReadOnlyList<TrainingCurve> Curves,
    IReadOnlyList<KindCost> Costs,
    IReadOnlyList<KindCost> ReleasedCosts
)
{
    /// <summary>Accuracies; one a network, method, point and seed.</summary>
    public IReadOnlyList<ResultCell> Cells
    {
        get;
        init => field = Once(value);
    } = Once(Cells);

    /// <summary>Scores of the permutations; one a network, epoch and seed.</summary>
    public IReadOnlyList<MatchResult> Matches
    {
        get;
        init => field = Once(value);
    } = Once(Matches);

    /// <summary>
    /// What of <see cref="Costs"/> the paper's methods need: what may be held against <see cref="ReleasedCosts"/>. Empty where that is.
    /// </summary>
    public IReadOnlyList<KindCost> PaperCosts { get; init; } = [];

    /// <summary>
    /// The grid's methods: what their names in <see cref="Cells"/> stand for. Of the library's own a name alone is enough.
    /// </summary>
    public IReadOnlyList<Method> Methods { get; init; } = [];

    /// <summary>How far signs agree in each layer, where it was counted.</summary>
    public IReadOnlyList<LayerAgreement> Signs { get; init; } = [];

    /// <summary>What masks keep of some layers, for pictures; none where the masks are gone.</summary>
    public IReadOnlyList<LayerMask> Masks { get; init; } = [];

    /// <summary>The networks by what <see cref="RunDescription.Models"/> calls them, where they are known.</summary>
    public IReadOnlyDictionary<string, Network> Networks { get; init; } = new Dictionary<string, Network>();

    /// <summary>
    /// Whether they are the summary that a report left: without curves of training, pictures of masks and scores of single pairs.
    /// </summary>
    public bool IsOfASummary { get; init; }

    /// <summary>What was measured between and beyond the networks.</summary>
    public StudyResults Studies { get; init; } = StudyResults.None;

    /// <summary>What the name of a method stands for here; null if nothing is known of it.</summary>
    public NetworkKind? KindOf(string method) => Methods.FirstOrDefault(own => own.Name == method) ?? Design.Methods.Find(method);

    /// <summary>A name's label; one that is not known is its own label.</summary>
    public string LabelOf(string method) => KindOf(method)?.Label ?? method;

    private static IReadOnlyList<ResultCell> Once(IReadOnlyList<ResultCell> cells) =>
        OncePerSeed.Of(cells, cell => (cell.Model, cell.Method, cell.Sparsity, cell.RewindEpoch, cell.MatchEpoch, cell.Seed), "cell");

    private static IReadOnlyList<MatchResult> Once(IReadOnlyList<MatchResult> matches) =>
        OncePerSeed.Of(matches, match => (match.Model, match.MatchEpoch, match.Seed), "match");
}
