using Espalier.Execution;
using Espalier.Matching;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Experiments.Stages;

/// <summary>Finds π that aligns A with B by their activations (equation 1), with its certificate.</summary>
/// <param name="a">A: dense, at T, or pruned.</param>
/// <param name="b">B.</param>
/// <param name="epochOfB">Epoch of B to align with: T, or earlier (appendix B), even 0.</param>
/// <param name="matching">Score, taps, images.</param>
/// <param name="seed">The run's seed, for the title only: matching draws nothing.</param>
public sealed class MatchStage(Stage a, DenseStage b, int epochOfB, MatchingOptions matching, long seed) : Stage([a, b])
{
    /// <summary>Its file of π.</summary>
    public const string PermutationName = "permutation.safetensors";

    /// <summary>Its file of scores.</summary>
    public const string ScoresName = "permutation.json";

    /// <inheritdoc/>
    public override string Kind => "match";

    /// <inheritdoc/>
    public override string Title => $"match {(a is PruneStage ? a.Title : IsOfOneSeed ? "A" : a.Title)} with B at {epochOfB}{(a is PruneStage ? "" : $" seed {seed}")}";

    /// <inheritdoc/>
    public override object Options => new { EpochOfB = epochOfB, Matching = matching };

    /// <inheritdoc/>
    public override double Flops => 2 * b.Model.FlopsPerImage / 3 * Math.Min(matching.Images, b.Data.ImagesPerEpoch);

    /// <summary>The network.</summary>
    public ModelSource Model => b.Model;

    /// <summary>The run's seed, that of B.</summary>
    public long Seed => seed;

    /// <summary>Whether A is of that seed too; the networks of an ensemble are matched with another seed's A.</summary>
    public bool IsOfOneSeed => a switch { DenseStage dense => dense.Seed == seed, PruneStage pruned => pruned.Seed == seed, _ => true };

    /// <summary>Epoch of B.</summary>
    public int EpochOfB => epochOfB;

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet wa = WeightsFile.Read(run.File(a, INetworkStage.Weights), b.Model.Network), wb = WeightsFile.Read(run.File(b, b.FileAt(epochOfB)), b.Model.Network);
        TrainingData images = run.Images(b.Data, new TrainingOptions { Precision = Precision.Float32 });
        Match match = ActivationMatching.Run(wa, wb, images.Matching, matching, new Relay<double>(share => run.Report(share)), run.Cancel);
        MatchFile.Write(run[PermutationName], match, MatchFile.Certify(match, wa, null, images.Matching));
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["images"] = match.Images };
        if (match.MeanScore is { } mean) numbers["mean_score"] = mean;
        if (match.IdentityScore is { } identity) numbers["identity_score"] = identity;
        return new StageResult(numbers);
    }
}
