namespace Espalier.Networks;

/// <summary>What a run of units along an axis is to the residual streams of a network.</summary>
internal enum RunKind
{
    /// <summary>No part of one: it stays as it is.</summary>
    Other,

    /// <summary>One that nothing has read yet.</summary>
    Stream,

    /// <summary>A tap where one is written.</summary>
    Written,

    /// <summary>A tap where one is read.</summary>
    Read,
}

/// <summary>A run of units along an axis of a network whose residual streams are cut.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Of the tap; empty where it is none.</param>
/// <param name="Tied">What lies there in the tied network.</param>
/// <param name="Multiplicity">Consecutive features per unit.</param>
/// <param name="Seen">Where its activations lie unflattened; null if nowhere.</param>
internal sealed record TapRun(RunKind Kind, string Name, IReadOnlyList<AxisSegment> Tied, int Multiplicity, Tap? Seen)
{
    /// <summary>Units in it.</summary>
    public int Units => Tied.Sum(segment => segment.Units);
}
