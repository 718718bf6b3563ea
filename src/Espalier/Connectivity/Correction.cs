namespace Espalier.Connectivity;

/// <summary>What is done against variance collapse in a network between two others (Jordan et al. 2023).</summary>
public enum Correction
{
    /// <summary>Nothing: batch-norm statistics are interpolated like the weights.</summary>
    None,

    /// <summary>Batch-norm statistics are computed anew.</summary>
    Reset,

    /// <summary>Each unit's standard deviation is matched to the ends', too.</summary>
    Rescale,

    /// <summary>Each unit's mean and standard deviation are matched to the ends'.</summary>
    Repair,

    /// <summary>The same, estimated from the ends alone: <see cref="ClosedFormRepair"/>.</summary>
    ClosedForm,
}

/// <summary>What each correction means to an interpolation.</summary>
public static class Corrections
{
    private static readonly Correction[] s_reset = [Correction.Reset],
        s_repair = [Correction.Repair];

    /// <summary>
    /// Those that figures compare: without batch-norm there is nothing to reset, and some networks cannot be repaired
    /// (<see cref="UnitStatistics.Obstacle"/>).
    /// </summary>
    public static IReadOnlyList<Correction> Of(Networks.Network network) =>
        [Correction.None, .. network.Buffers.Count > 0 ? s_reset : [], .. UnitStatistics.Obstacle(network) is null ? s_repair : []];

    /// <summary>
    /// Whether it is REPAIR of some kind: units are brought to the moments that those of the ends have, which are measured first.
    /// </summary>
    public static bool MeasuresEnds(this Correction correction) =>
        correction is Correction.Rescale or Correction.Repair or Correction.ClosedForm;
}
