using Espalier.Lab.Stages;
using Espalier.Pruning;

namespace Espalier.Lab.Design;

/// <content>A ticket's signs on another network's magnitudes, and what they are held against.</content>
public static partial class Methods
{
    /// <summary>Beyond the paper: B's magnitudes with the signs of A's pruned weights, A's mask as it is.</summary>
    public static Method Signed { get; } =
        new()
        {
            Name = "signed",
            Meaning = $"beyond the paper: m as it is; {StartOf(TicketStart.Signed)}",
            Role = MethodRole.BeyondThePaper,
            TicketStart = TicketStart.Signed,
            Mask = point => new PrunedMask(point.PrunedA),
        };

    /// <summary>Beyond the paper: the same with mask and signs moved by the paper's permutation.</summary>
    public static Method SignedPermuted { get; } =
        new()
        {
            Name = "signed-permuted",
            Label = "signed, permuted",
            Meaning = $"beyond the paper: π(m) of the paper; {StartOf(TicketStart.Signed)}, moved by π too",
            Role = MethodRole.BeyondThePaper,
            TicketStart = TicketStart.Signed,
            Mask = point => Permuted.Mask!(point),
            ReadsOfB = ReadOfB.MatchEpochs,
            MovesMask = true,
        };

    /// <summary>Control: A's magnitudes with B's signs, A's mask as it is.</summary>
    public static Method Magnitudes { get; } =
        new()
        {
            Name = "magnitudes",
            Label = "A's magnitudes",
            Meaning = $"control: m as it is; {StartOf(TicketStart.Magnitudes)}",
            Role = MethodRole.Control,
            TicketStart = TicketStart.Magnitudes,
            Mask = point => new PrunedMask(point.PrunedA),
        };

    /// <summary>Control: B's magnitudes with random signs, A's mask as it is.</summary>
    public static Method RandomSigns { get; } =
        new()
        {
            Name = "random-signs",
            Label = "random signs",
            Meaning = $"control: m as it is; {StartOf(TicketStart.RandomSigns)}",
            Role = MethodRole.Control,
            TicketStart = TicketStart.RandomSigns,
            Mask = point => new PrunedMask(point.PrunedA),
        };

    /// <summary>Upper bound: A's pruned weights in B, A's mask as it is.</summary>
    public static Method Copied { get; } =
        new()
        {
            Name = "copied",
            Label = "A's weights",
            Meaning = "upper bound: m as it is; A's pruned weights as they are, with B's biases and normalisations at epoch k",
            Role = MethodRole.UpperBound,
            TicketStart = TicketStart.Copied,
            Mask = point => new PrunedMask(point.PrunedA),
        };
}
