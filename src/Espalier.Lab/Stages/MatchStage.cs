using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Engine;
using Espalier.Matching;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// Finds π that aligns A with B in some way, with its certificate. Of a pruned A what the mask keeps decides; B need not be trained beyond
/// the epoch that it is compared at.
/// </summary>
public sealed class MatchStage : Stage
{
    /// <summary>Its file of π.</summary>
    public const string PermutationName = "permutation.safetensors";

    /// <summary>Its file of scores.</summary>
    public const string ScoresName = "permutation.json";

    /// <summary>Its file of some scores, for pictures; matches of earlier versions have none.</summary>
    public const string PicturesName = "scores.safetensors";

    private readonly Stage _a;
    private readonly DenseStage _b;
    private readonly MatchStage? _start;
    private readonly IMatcher _matcher;

    /// <summary>Plans it.</summary>
    /// <param name="a">A: dense, at T, or pruned.</param>
    /// <param name="b">B.</param>
    /// <param name="epochOfB">Epoch of B to align with: T, or earlier (appendix B), even 0.</param>
    /// <param name="how">By what, and every option of it.</param>
    /// <param name="start">The permutation to begin with; null where the way begins by itself.</param>
    /// <exception cref="InputException">An option is out of range.</exception>
    public MatchStage(Stage a, DenseStage b, int epochOfB, MatchSpecification how, MatchStage? start = null)
        : base([a, b, .. start is null ? Array.Empty<Stage>() : [start]])
    {
        (_a, _b, EpochOfB, How, _start, _matcher) = (a, b, epochOfB, how, start, how.Matcher());
        if (how.Start == MatchStart.Activations && start is null)
            throw new ArgumentException($"{how} begins at a permutation that no stage finds", nameof(start));
    }

    /// <inheritdoc/>
    public override string Kind => "match";

    /// <inheritdoc/>
    public override string Title => How.Untied ? $"{Plain}, untied" : Plain;

    private string Plain =>
        How.By == MatchWays.Activations && _a is PruneStage ? $"match {_a.Title} with B at {EpochOfB}"
        : How.By == MatchWays.Activations ? $"match {(IsOfOneSeed ? "A" : _a.Title)} with B at {EpochOfB} seed {Seed}"
        : How.By == MatchWays.Weights ? $"match weights of {_a.Title} with B at {EpochOfB}{(_start is null ? "" : ", from activations")}"
        : $"match, {How.By}, {_a.Title} with B at {EpochOfB}";

    /// <inheritdoc/>
    /// <remarks>Activations and weights have keys of their own: work that was finished by them is found by them.</remarks>
    public override object Options =>
        How.By == MatchWays.Activations ? new { EpochOfB, Matching = _matcher.Options }
        : How.By == MatchWays.Weights
            ? new
            {
                Way = How.By.Name,
                EpochOfB,
                Weights = _matcher.Options,
            }
        : (object)
            new
            {
                Way = How.By.Name,
                EpochOfB,
                Matcher = _matcher.Options,
            };

    /// <inheritdoc/>
    public override double Flops => _matcher.Operations(_b.Model.Network, _b.Data.ImagesPerEpoch);

    /// <summary>How π is found.</summary>
    public MatchSpecification How { get; }

    /// <summary>The network.</summary>
    public ModelSource Model => _b.Model;

    /// <summary>The run's seed, that of B.</summary>
    public long Seed => _b.Seed;

    /// <summary>Whether A is of that seed too; the networks of an ensemble are matched with another seed's A.</summary>
    public bool IsOfOneSeed =>
        _a switch
        {
            DenseStage dense => dense.Seed == Seed,
            PruneStage pruned => pruned.Seed == Seed,
            _ => true,
        };

    /// <summary>Epoch of B.</summary>
    public int EpochOfB { get; }

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet a = WeightsFile.Read(run.File(_a, INetworkStage.Weights), Model.Network),
            b = WeightsFile.Read(run.File(_b, _b.FileAt(EpochOfB)), Model.Network);
        using Mask? mask = _a is PruneStage ? MaskFile.Read(run.File(_a, PruneStage.MaskName), Model.Network) : null;
        var options = new TrainingOptions { Precision = Precision.Float32, Augmentation = _matcher.Shuffled ?? Augmentation.None };
        TrainingData images = run.Images(_b.Data, options);
        Permutation? start = _start is null ? null : PermutationFile.ReadMove(run.File(_start, PermutationName), Model.Network);
        var problem = new MatchingProblem(a, mask, b, _matcher.Shuffled is null ? images.Matching : images.Train) { Start = start };
        Match match = _matcher.Match(problem, new Relay<double>(share => run.Report(share)), run.Cancel).WithSigns(problem);
        MatchFile.Write(run[PermutationName], match, MatchFile.Certify(match, a, mask, images.Matching));
        ScoreFile.Write(run[PicturesName], match);
        return new StageResult(NumbersOf(match));
    }

    private static SortedDictionary<string, double> NumbersOf(Match match)
    {
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (match.MeanScore is { } mean)
            numbers["mean_score"] = mean;
        foreach ((string name, double number) in match.Signs is { } signs ? TrainingNumbers.Of(signs) : [])
            numbers[name] = number;
        if (match.IdentitySigns?.Share is { } unmoved)
            numbers["identity_sign_agreement"] = unmoved;
        if (match.Ascent is { } ascent)
        {
            (numbers["objective_at_start"], numbers["objective"], numbers["steps"]) = (ascent.Start, ascent.Reached, ascent.Steps);
            return numbers;
        }
        numbers["images"] = match.Images;
        if (match.IdentityScore is { } identity)
            numbers["identity_score"] = identity;
        return numbers;
    }
}
