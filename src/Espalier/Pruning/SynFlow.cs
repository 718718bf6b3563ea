using Espalier.Execution;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// SynFlow (Tanaka et al. 2020): prunes before training and without data, in many rounds, the weights through which the least of an
/// all-ones input flows to the outputs of the network with all weights |w|. A score is w · ∂R/∂w, R the sum of the outputs.
/// </summary>
/// <remarks>
/// The network is made linear in the flow, so that every layer of a chain has the same sum of scores (their conservation law): biases and
/// shifts are zero, batch-norm multiplies by |γ| / √(σ² + ε) with the running variance it has and without its mean, layer- and
/// group-norm by |γ|, and GELU is a rectifier. At an initialization that is the network of the authors' code. Computed in float64, since
/// flows grow with every layer.
/// </remarks>
public static class SynFlow
{
    /// <summary>Rounds unless asked for otherwise, as the paper has them.</summary>
    public const int UsualRounds = 100;

    /// <summary>
    /// Keeps exactly <paramref name="kept"/> weights; round r of n leaves N · (kept / N)^(r / n) of them, and scores anew.
    /// </summary>
    /// <param name="weights">Magnitudes and wiring decide.</param>
    /// <param name="mask">What is still kept; N of the prunable weights, usually all.</param>
    /// <param name="kept">Weights to keep in the prunable arrays.</param>
    /// <param name="rounds">n, at least 1. Default 100.</param>
    /// <exception cref="InputException">There are fewer weights, no rounds, or the mask is of another network.</exception>
    public static Mask Prune(WeightSet weights, Mask mask, long kept, int rounds = UsualRounds)
    {
        if (rounds < 1)
            throw new InputException($"SynFlow in {Counted.Of(rounds, "round")} is impossible; expected at least 1.");
        long now = mask.KeptCount;
        Mask current = mask;
        for (int round = 1; round <= rounds; round++)
        {
            using var scope = NewDisposeScope();
            long left =
                round == rounds ? kept : Math.Max(kept, (long)Math.Round(now * Math.Pow((double)kept / now, (double)round / rounds)));
            Mask next = GlobalScores.Keep(Scores(weights, current), current, left);
            if (current != mask)
                current.Dispose();
            current = next;
        }
        return current;
    }

    /// <summary>|w| · ∂R/∂|w| of every value: how much flows through it; 0 where pruned.</summary>
    /// <returns>Float64 [P], in the caller's dispose scope.</returns>
    public static Tensor Scores(WeightSet weights, Mask mask)
    {
        weights.Layout.MustFit(mask.Layout, "mask");
        using var scope = NewDisposeScope();
        return Flow(weights, mask, Linear(weights.Network)).Scores.MoveToOuterDisposeScope();
    }

    /// <summary>Scores, and how much flow reaches each class [1, classes], in the caller's dispose scope.</summary>
    /// <param name="weights">Their magnitudes flow.</param>
    /// <param name="mask">What is kept of them.</param>
    /// <param name="network">The same parameters, linear in the flow.</param>
    internal static (Tensor Scores, Tensor Logits) Flow(WeightSet weights, Mask mask, Network network)
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(network);
        Tensor values = weights.Values.masked_fill(mask.Pruned, Held.Zero).abs().to(ScalarType.Float64);
        foreach (Parameter p in network.Parameters.Where(IsShift))
            layout.Slice(values, p).zero_();
        values.requires_grad_(true);
        using NodeArrays arrays = NodeArrays.Of(layout, values, values, Statistics(weights, layout));
        Shape input = network.InputShape;
        Tensor? logits = null;
        // Read before the logits become float32, which a wide network's flow may not fit into.
        new ForwardPass(network).Run(
            arrays,
            ones(1, input.Channels, input.Height, input.Width, ScalarType.Float64),
            training: false,
            visit: (node, output) => logits = node == network.Nodes.Count - 1 ? output : null
        );
        logits!.sum().backward();
        return (values.grad!.mul(values.detach()).MoveToOuterDisposeScope(), logits.detach().MoveToOuterDisposeScope());
    }

    /// <summary>What is added, and no part of paths.</summary>
    internal static bool IsShift(Parameter p) => p.Kind is ParameterKind.Bias or ParameterKind.NormBias or ParameterKind.Embedding;

    /// <summary>The same parameters in a network whose outputs are proportional to each layer's weights.</summary>
    /// <param name="network">As it is.</param>
    /// <param name="averagesOnly">Whether windows let through what all their positions hold, and not the largest alone: then nothing that
    /// flows is hidden.</param>
    internal static Network Linear(Network network, bool averagesOnly = false) =>
        new(
            network.Name,
            [
                .. network.Nodes.Select(node =>
                    InFlow(node.Operation, averagesOnly) is { } operation ? node with { Operation = operation } : node
                ),
            ]
        );

    /// <summary>
    /// What an operation becomes; null where it stays. A product adds what flows on its sides: a gate without weights still lets through.
    /// </summary>
    private static Operation? InFlow(Operation operation, bool averagesOnly) =>
        operation switch
        {
            LayerNorm op => new BatchNorm(op.Epsilon) { AsFlow = true },
            LayerNorm2d op => new BatchNorm(op.Epsilon) { AsFlow = true },
            GroupNorm op => new BatchNorm(op.Epsilon, Affine: op.Affine) { AsFlow = true },
            InstanceNorm op => new BatchNorm(op.Epsilon, Affine: op.Affine) { AsFlow = true },
            MaxPool { Dilation: { Height: 1, Width: 1 } } op when averagesOnly => new AveragePool(
                op.Kernel,
                op.Stride,
                op.Padding,
                op.CeilMode
            ),
            Multiply => new Add(),
            Attention op => op with { AsFlow = true },
            Relu => null,
            _ when operation.IsNonlinearity() => new Relu(),
            _ => null,
        };

    /// <summary>Means 0; variances as they are, 1 where there is none.</summary>
    private static Tensor Statistics(WeightSet weights, ParameterLayout layout)
    {
        Dictionary<string, Parameter> known = weights.Network.Buffers.ToDictionary(p => p.Name, StringComparer.Ordinal);
        Tensor statistics = zeros(layout.StatisticsLength, ScalarType.Float64);
        foreach (Parameter p in layout.Network.Buffers.Where(p => p.Kind == ParameterKind.RunningVariance))
        {
            Tensor slice = layout.Slice(statistics, p);
            if (known.TryGetValue(p.Name, out Parameter? own))
                slice.copy_(weights[own]);
            else
                slice.fill_(Held.One);
        }
        return statistics;
    }
}
