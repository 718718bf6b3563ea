using Espalier.Lab.Stages;
using Espalier.Matching;

namespace Espalier.Lab.Design;

/// <content>The paper's, and other ways to use a ticket.</content>
public static partial class Methods
{
    /// <summary>A's weights at epoch k, A's mask: the lottery ticket.</summary>
    public static Method Lth { get; } =
        new()
        {
            Name = "lth",
            Label = "LTH",
            Meaning = "A's weights at epoch k, A's mask m: the lottery ticket",
            Role = MethodRole.Paper,
            Start = StartWeights.A,
            Mask = point => new PrunedMask(point.PrunedA),
        };

    /// <summary>B's weights at epoch k, A's mask as it is.</summary>
    public static Method Naive { get; } =
        new()
        {
            Name = "naive",
            Meaning = "B's weights at epoch k, A's mask m as it is",
            Role = MethodRole.Paper,
            Mask = point => new PrunedMask(point.PrunedA),
        };

    /// <summary>B's weights at epoch k, π(A's mask): the paper's method.</summary>
    public static Method Permuted { get; } =
        new()
        {
            Name = "permuted",
            Meaning = "B's weights at epoch k, A's mask moved by the permutation, π(m): the paper's method",
            Role = MethodRole.Paper,
            Mask = point => new MovedMask(point.PrunedA, point.Match(point.MatchEpoch!.Value)),
            ReadsOfB = ReadOfB.MatchEpochs,
            MovesMask = true,
        };

    /// <summary>
    /// Beyond the paper: B's weights at epoch k, A's mask moved by π that aligns A's pruned weights with these. B is not trained dense,
    /// and no image is looked at.
    /// </summary>
    public static Method WeightMatched { get; } =
        new()
        {
            Name = "weight-matched",
            Meaning =
                "beyond the paper: B's weights at epoch k, m moved by the permutation that aligns A's pruned weights with these; "
                + "B is not trained dense",
            Role = MethodRole.BeyondThePaper,
            Mask = point => point.Moved(MatchVariant.WeightMatched),
            MovesMask = true,
        };

    /// <summary>The same, begun at the paper's π.</summary>
    public static Method WeightRefined { get; } =
        new()
        {
            Name = "weight-refined",
            Meaning = "the same, begun at the paper's permutation",
            Role = MethodRole.BeyondThePaper,
            Mask = point => new MovedMask(
                point.PrunedA,
                new MatchStage(
                    point.PrunedA,
                    point.B,
                    point.Start,
                    new MatchSpecification { By = MatchWays.Weights, Seed = point.Seed },
                    point.Match(point.Recipe.Epochs)
                )
            ),
            ReadsOfB = ReadOfB.End,
            MovesMask = true,
        };
}
