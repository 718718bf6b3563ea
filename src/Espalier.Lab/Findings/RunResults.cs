using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Engine;
using Espalier.Matching;
using Espalier.Training;

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

/// <summary>What was run.</summary>
/// <param name="Name">Preset or file it came from: <c>table5</c>, <c>my-grid</c>.</param>
/// <param name="Tables">Numbers of the paper's tables that show the same cells; empty for a grid of one's own.</param>
/// <param name="Command">The command line that repeats it, without machine paths.</param>
/// <param name="Models">Networks.</param>
/// <param name="DataSet">Images.</param>
/// <param name="Seeds">Seeds.</param>
/// <param name="Settings">Every option in force, in the order to be shown: name and value.</param>
/// <param name="Deviations">Each way in which this is not what the paper's text says: other data, other network, shorter schedule, options
/// of the released code.</param>
/// <param name="Scale">Factor on all numbers of epochs; 1 is the full schedule.</param>
/// <param name="Machines">Processor or device, cores and libraries of the machines that worked on it.</param>
/// <param name="Stages">Stages in all.</param>
/// <param name="Done">Stages finished.</param>
/// <param name="Failures">Stages that failed: what, and why.</param>
public sealed record RunDescription(
    string Name,
    IReadOnlyList<int> Tables,
    string Command,
    IReadOnlyList<string> Models,
    string DataSet,
    IReadOnlyList<long> Seeds,
    IReadOnlyList<KeyValuePair<string, string>> Settings,
    IReadOnlyList<Deviation> Deviations,
    double Scale,
    IReadOnlyList<string> Machines,
    int Stages,
    int Done,
    IReadOnlyList<StageFailure> Failures
)
{
    /// <summary>Whether every stage is finished.</summary>
    public bool IsFinished => Done == Stages;
}

/// <summary>A stage that failed.</summary>
/// <param name="Stage">What it was, such as <c>permuted 95 % k=2 seed 0</c>.</param>
/// <param name="Message">Why.</param>
public sealed record StageFailure(string Stage, string Message);

/// <summary>How well A was matched with B.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="MatchEpoch">Epoch of B.</param>
/// <param name="Groups">One entry a group.</param>
public sealed record MatchResult(string Model, long Seed, int MatchEpoch, IReadOnlyList<GroupMatch> Groups);

/// <summary>What a mask keeps of one layer.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Method">Whose mask: <c>lth</c> for m, <c>permuted</c> for π(m), or a control.</param>
/// <param name="Sparsity">S requested.</param>
/// <param name="Layer">The array's name.</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Kept">Weights kept.</param>
public sealed record LayerDensity(string Model, long Seed, string Method, double Sparsity, string Layer, long Weights, long Kept);

/// <summary>Every epoch of one training.</summary>
/// <param name="Model">The network.</param>
/// <param name="Method">As in <see cref="ResultCell"/>.</param>
/// <param name="Sparsity">S requested; 0 for dense networks.</param>
/// <param name="RewindEpoch">k; null where there is none.</param>
/// <param name="MatchEpoch">Epoch of B that π was found at; null where no π is involved.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Epochs">One entry an epoch.</param>
public sealed record TrainingCurve(
    string Model,
    string Method,
    double Sparsity,
    int? RewindEpoch,
    int? MatchEpoch,
    long Seed,
    IReadOnlyList<EpochMetrics> Epochs
);

/// <summary>What the stages of one kind take.</summary>
/// <param name="Kind">dense, prune, match, sparse, evaluate, or of a study.</param>
/// <param name="Stages">How many.</param>
/// <param name="Done">Of them finished.</param>
/// <param name="Epochs">Epochs of training in all.</param>
/// <param name="EpochsDone">Of them trained.</param>
/// <param name="Flops">Floating-point operations in all, estimated: 3 passes of 2 operations a multiply-accumulate for each image.</param>
/// <param name="Seconds">Time that the finished ones took, summed over workers.</param>
public sealed record KindCost(string Kind, int Stages, int Done, long Epochs, long EpochsDone, double Flops, double Seconds)
{
    /// <summary>Several together.</summary>
    /// <param name="kind">What they are called together.</param>
    /// <param name="costs">Of some kinds; none take nothing.</param>
    public static KindCost Sum(string kind, IReadOnlyCollection<KindCost> costs) =>
        new(
            kind,
            costs.Sum(c => c.Stages),
            costs.Sum(c => c.Done),
            costs.Sum(c => c.Epochs),
            costs.Sum(c => c.EpochsDone),
            costs.Sum(c => c.Flops),
            costs.Sum(c => c.Seconds)
        );

    /// <summary>Epochs of this for each of another's; NaN where there is none.</summary>
    public double ShareOfEpochs(KindCost other) => other.Epochs == 0 ? double.NaN : (double)Epochs / other.Epochs;
}
