using Espalier.Data;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Matching;

/// <summary>
/// By what B would keep: π maximises Σ |g · b| over the weights b of B that A's mask lands on, g the gradient of B's loss; what SNIP
/// (Lee et al. 2019) keeps the largest of, among the masks that are permutations of A's.
/// </summary>
/// <remarks>Biases and normalisations, which no mask prunes, do not count.</remarks>
/// <param name="options">On how many images.</param>
public sealed class SaliencyMatcher(SaliencyMatchingOptions options) : IMatcher
{
    private const int BatchSize = 128;

    private WeightMatchingOptions Overlap =>
        new()
        {
            Criterion = WeightCriterion.Kept,
            Arrays = MatchedArrays.Weights,
            Seed = _options.Seed,
        };

    private readonly SaliencyMatchingOptions _options = options.Validated();

    /// <inheritdoc/>
    public object Options => _options;

    /// <inheritdoc/>
    public double Operations(Network network, int images) =>
        network.TrainingOperations() * Math.Min(_options.Images, images) + MatchingCosts.Ascent(network, Overlap);

    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    public bool NeedsLabels => true;

    /// <inheritdoc/>
    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using var scope = NewDisposeScope();
        BatchSource images = problem.NeededImages();
        int wanted = Math.Min(_options.Images, images.Count),
            size = Math.Min(BatchSize, wanted);
        using WeightSet a = problem.EffectiveA(),
            b = problem.EffectiveB();
        if (
            b
                .Network.Parameters.Where(p => p.IsWeight)
                .All(p => HostRead.Item<long>(a.Layout.Slice(a.Values, p).count_nonzero()) == p.Count)
        )
            throw new InputException(
                "The network to permute keeps all of its weights; by saliency it is matched by where its mask keeps any: "
                    + "expected a pruned one, or its mask."
            );
        using Mask all = Mask.Dense(b.Layout, [.. b.Network.Parameters.Where(p => p.IsWeight)]);
        Tensor scores = Snip.Scores(b, all, images, new RandomStream(_options.Seed, "matching.saliency"), wanted / size, size);
        using var salient = new WeightSet(b.Layout, scores, b.Statistics.clone());
        return new WeightMatcher(Overlap).Match(new MatchingProblem(a, null, salient) { Start = problem.Start }, null, cancel);
    }
}
