using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Paper;

namespace Espalier.Reports.Analysis;

/// <summary>A run's results in the order that tables and figures need them.</summary>
internal sealed class RunView
{
    private const int ManyLines = 10;
    private readonly Dictionary<string, string> _slugs;
    private readonly ILookup<string, Comparison> _rows;
    private readonly ILookup<string, Comparison> _main;
    private readonly ILookup<string, ResultCell> _cells;

    /// <param name="given">A run's numbers.</param>
    /// <param name="metric">What its accuracies are, as the paper's cells name it.</param>
    public RunView(RunResults given, string metric = PaperTables.TestAccuracy)
    {
        IsTop5 = metric == PaperTables.Top5;
        Given = given;
        Methods = new RunMethods(given);
        RunResults results = Results = Distinguish(given);
        ResultCell[] cells = [.. results.Cells.Where(cell => double.IsFinite(cell.TestAccuracyPercent))];
        NotNumbers = results.Cells.Count - cells.Length;
        Paper = PaperSchedule.Of(results, metric);
        IReadOnlyList<Comparison> rows = Comparison.Of(cells);
        _rows = rows.ToLookup(row => row.Model);
        _main = rows.GroupBy(row => (row.Model, row.Sparsity, row.RewindEpoch))
            .Select(group => group.MaxBy(row => row.MatchEpoch ?? int.MinValue)!)
            .ToLookup(row => row.Model);
        _cells = cells.ToLookup(cell => cell.Model);
        _slugs = Analysis.Slug.Distinct(
            results
                .Run.Models.Concat(results.Cells.Select(cell => cell.Model))
                .Concat(results.Densities.Select(density => density.Model))
                .Concat(results.Matches.Select(match => match.Model))
                .Concat(results.Curves.Select(curve => curve.Model))
        );
        Models = [.. results.Run.Models.Where(_cells.Contains).Concat(cells.Select(cell => cell.Model)).Distinct()];
    }

    /// <summary>Whether its accuracies are those of <see cref="TopFive"/>.</summary>
    public bool IsTop5 { get; }

    /// <summary>What its accuracies are called.</summary>
    public string Accuracy => IsTop5 ? "top-5 test accuracy" : "test accuracy";

    /// <summary>Likewise, in anchors and file names.</summary>
    public string Anchor => IsTop5 ? "top5-accuracy" : "accuracy";

    /// <summary>
    /// The same run with top-5 accuracies in the place of accuracies; null where none were measured.
    /// </summary>
    public RunView? TopFive()
    {
        ResultCell[] cells =
        [
            .. from cell in Given.Cells
            let five = cell.TestTop5AccuracyPercent
            where five is not null
            select cell with
            {
                TestAccuracyPercent = five ?? 0,
                TestTop5AccuracyPercent = null,
            },
        ];
        return cells.Length == 0 ? null : new RunView(Given with { Cells = cells }, PaperTables.Top5);
    }

    /// <summary>A network's name as part of anchors and file names; no two networks share one.</summary>
    public string Slug(string model) => _slugs[model];

    /// <summary>The numbers as they were given.</summary>
    public RunResults Given { get; }

    /// <summary>
    /// The numbers; A trained dense to T is called <c>dense-a</c>, so that <c>dense</c> is only the bound trained from a rewind epoch.
    /// </summary>
    public RunResults Results { get; }

    /// <summary>What the names of its methods stand for.</summary>
    public RunMethods Methods { get; }

    /// <summary>Cells left out because their accuracy is not a number.</summary>
    public int NotNumbers { get; }

    /// <summary>What was run.</summary>
    public RunDescription Run => Results.Run;

    /// <summary>Whether it was measured between networks given as files, by one command and not by the stages of a plan.</summary>
    public bool IsOfGivenFiles => Run.Stages <= 1 && Results.Costs.Count == 0 && Results.Cells.Count == 0;

    /// <summary>Whether all its numbers are of one seed, or of networks given as files: there is no mean then.</summary>
    public bool IsOfOneSeed => Run.Seeds.Count <= 1;

    /// <summary>What its numbers are of, to stand in a caption.</summary>
    public string OverSeeds => IsOfOneSeed ? "one seed" : "mean over seeds";

    /// <summary>What a figure's bars are; nothing where it has none.</summary>
    public string Bars => IsOfOneSeed ? "" : $"{Deviations.Replace(',', ';')}, small points single seeds";

    /// <summary>Likewise, where single seeds are not drawn.</summary>
    public string Deviations => IsOfOneSeed ? "" : ", bars are ± one standard deviation (n − 1)";

    /// <summary>Beginning of a caption.</summary>
    public string AccuracyOverSeeds =>
        IsOfOneSeed ? $"{char.ToUpperInvariant(Accuracy[0])}{Accuracy[1..]} of one seed" : $"Mean {Accuracy} over seeds";

    /// <summary>Where the paper's cells are found.</summary>
    public PaperSchedule Paper { get; }

    /// <summary>Networks that have at least one cell, in the run's order.</summary>
    public IReadOnlyList<string> Models { get; }

    /// <summary>Those, then networks of which only what lies between or beyond them was measured.</summary>
    public IReadOnlyList<string> Measured =>
        [
            .. Models
                .Concat(Results.Studies.Barriers.Select(barrier => barrier.Model))
                .Concat(Results.Studies.Planes.Select(plane => plane.Model))
                .Concat(Results.Studies.Ensembles.Select(ensemble => ensemble.Model))
                .Distinct(),
        ];

    /// <summary>Every row of a network.</summary>
    public IEnumerable<Comparison> Rows(string model) => _rows[model];

    /// <summary>Its rows at the latest matching epoch: one a sparsity and rewind epoch.</summary>
    public IEnumerable<Comparison> Main(string model) => _main[model];

    /// <summary>Its cells.</summary>
    public IEnumerable<ResultCell> Cells(string model) => _cells[model];

    /// <summary>Methods trained from a rewind epoch, in the order to show.</summary>
    public IReadOnlyList<string> Rewound(string model) =>
        Methods.Sort(Cells(model).Where(cell => cell.RewindEpoch is not null).Select(cell => cell.Method));

    /// <summary>
    /// Those of them that figures draw as lines: where they are many, the other ways to find π are left to the figure of the gap closed.
    /// </summary>
    public IReadOnlyList<string> Drawn(string model)
    {
        IReadOnlyList<string> all = Rewound(model);
        return all.Count <= ManyLines ? all : [.. all.Where(method => !Methods.IsVariant(method))];
    }

    /// <summary>Everything else: dense networks and A's pruned ones.</summary>
    public IReadOnlyList<string> NotRewound(string model) =>
        Methods.Sort(Cells(model).Where(cell => cell.RewindEpoch is null).Select(cell => cell.Method));

    /// <summary>Accuracy of the dense networks, A and B together.</summary>
    public MeanStd Dense(string model) =>
        MeanStd.OfAccuracies(Cells(model).Where(cell => cell.RewindEpoch is null && MethodNames.IsDense(cell.Method)));

    /// <summary>Sparsities, ascending.</summary>
    public IReadOnlyList<double> Sparsities(string model) => [.. Main(model).Select(row => row.Sparsity).Distinct().Order()];

    /// <summary>Rewind epochs, ascending.</summary>
    public IReadOnlyList<int> RewindEpochs(string model) => [.. Main(model).Select(row => row.RewindEpoch).Distinct().Order()];

    /// <summary>Seeds that have a sparse cell.</summary>
    public int Seeds(string model) => Cells(model).Where(cell => cell.Sparsity > 0).Select(cell => cell.Seed).Distinct().Count();

    private static RunResults Distinguish(RunResults given) =>
        given with
        {
            Cells =
            [
                .. given.Cells.Select(cell =>
                    cell is { Method: MethodNames.Dense, RewindEpoch: null } ? cell with { Method = MethodNames.DenseA } : cell
                ),
            ],
            Curves =
            [
                .. given.Curves.Select(curve =>
                    curve is { Method: MethodNames.Dense, RewindEpoch: null } ? curve with { Method = MethodNames.DenseA } : curve
                ),
            ],
        };
}
