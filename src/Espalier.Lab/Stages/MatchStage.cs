using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Engine;
using Espalier.Matching;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>Finds π that aligns A with B by their activations (equation 1), with its certificate.</summary>
/// <param name="a">A: dense, at T, or pruned.</param>
/// <param name="b">B.</param>
/// <param name="epochOfB">Epoch of B to align with: T, or earlier (appendix B), even 0.</param>
/// <param name="matching">Score, taps, images.</param>
/// <param name="seed">The run's seed, for the title only: what shuffled images are drawn by is an option of matching.</param>
public sealed class MatchStage(Stage a, DenseStage b, int epochOfB, MatchingOptions matching, long seed) : Stage([a, b])
{
    /// <summary>Its file of π.</summary>
    public const string PermutationName = "permutation.safetensors";

    /// <summary>Its file of scores.</summary>
    public const string ScoresName = "permutation.json";

    /// <inheritdoc/>
    public override string Kind => "match";

    /// <inheritdoc/>
    public override string Title =>
        $"match {(a is PruneStage ? a.Title : IsOfOneSeed ? "A" : a.Title)} with B at {epochOfB}{(a is PruneStage ? "" : $" seed {seed}")}";

    /// <inheritdoc/>
    public override object Options => new { EpochOfB = epochOfB, Matching = matching };

    /// <inheritdoc/>
    public override double Flops => 2 * b.Model.FlopsPerImage / 3 * Math.Min(matching.Images, b.Data.ImagesPerEpoch);

    /// <summary>The network.</summary>
    public ModelSource Model => b.Model;

    /// <summary>The run's seed, that of B.</summary>
    public long Seed => seed;

    /// <summary>Whether A is of that seed too; the networks of an ensemble are matched with another seed's A.</summary>
    public bool IsOfOneSeed =>
        a switch
        {
            DenseStage dense => dense.Seed == seed,
            PruneStage pruned => pruned.Seed == seed,
            _ => true,
        };

    /// <summary>Epoch of B.</summary>
    public int EpochOfB => epochOfB;

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet wa = WeightsFile.Read(run.File(a, INetworkStage.Weights), b.Model.Network),
            wb = WeightsFile.Read(run.File(b, b.FileAt(epochOfB)), b.Model.Network);
        (BatchSource looked, BatchSource plain) = ImagesFor(run, b.Data, matching.Shuffled);
        Match match = new ActivationMatcher(matching).Match(
            new MatchingProblem(wa, null, wb, looked),
            new Relay<double>(share => run.Report(share)),
            run.Cancel
        );
        MatchFile.Write(run[PermutationName], match, MatchFile.Certify(match, wa, null, plain));
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["images"] = match.Images };
        if (match.MeanScore is { } mean)
            numbers["mean_score"] = mean;
        if (match.IdentityScore is { } identity)
            numbers["identity_score"] = identity;
        return new StageResult(numbers);
    }

    /// <summary>Float32 images to match on, augmenting where they are to be shuffled, and images as they are.</summary>
    internal static (BatchSource Looked, BatchSource Plain) ImagesFor(StageRun run, DataSource data, Augmentation? shuffled)
    {
        var options = new TrainingOptions { Precision = Precision.Float32, Augmentation = shuffled ?? Augmentation.None };
        TrainingData images = run.Images(data, options);
        return (shuffled is null ? images.Matching : images.Train, images.Matching);
    }
}
