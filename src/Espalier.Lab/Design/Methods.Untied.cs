using Espalier.Lab.Stages;
using Espalier.Matching;

namespace Espalier.Lab.Design;

/// <content>Masks moved by what is no symmetry: another permutation at each place where a residual stream is written or read.</content>
public static partial class Methods
{
    /// <summary>What reports say of a mask that is moved so.</summary>
    internal const string NoSymmetry =
        "no symmetry of the network: each place where a residual stream is written or read has a permutation of its own";

    private static readonly MatchVariant s_untiedWeights = MatchVariant.WeightMatched with
    {
        How = new()
        {
            By = MatchWays.Weights,
            Start = MatchStart.Sorted,
            Untied = true,
        },
    };

    /// <summary>B's weights at epoch k, A's mask moved place by place, as the activations of A and B there are matched.</summary>
    public static Method Untied { get; } =
        new()
        {
            Name = "untied",
            Meaning = $"beyond the paper: permuted, but {NoSymmetry}, found from activations",
            Role = MethodRole.BeyondThePaper,
            Mask = point => new MovedMask(point.PrunedA, point.Match(point.MatchEpoch!.Value, untied: true)),
            ReadsOfB = ReadOfB.MatchEpochs,
            MovesMask = true,
        };

    /// <summary>The same by coordinate ascent on weights: A's pruned ones against B's at epoch k. B is not trained dense.</summary>
    public static Method UntiedWeights { get; } =
        new()
        {
            Name = "untied-weights",
            Meaning = $"beyond the paper: weight-matched, but {NoSymmetry}, begun at sorted weights; B is not trained dense",
            Role = MethodRole.BeyondThePaper,
            Mask = point => point.Moved(s_untiedWeights),
            MovesMask = true,
        };

    /// <summary>Control: a random permutation of every hidden layer and of every place where a stream is written or read.</summary>
    public static Method UntiedRandom { get; } =
        new()
        {
            Name = "untied-random",
            Meaning = $"control: shuffled-units, but {NoSymmetry}, a random one",
            Role = MethodRole.Control,
            Mask = point => new UntiedShuffledMask(point.PrunedA, point.Seed),
        };
}
