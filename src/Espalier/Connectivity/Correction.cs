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
    /// <summary>Those that figures compare: without batch-norm there is nothing to reset.</summary>
    public static IReadOnlyList<Correction> Of(Networks.Network network) =>
        network.Buffers.Count > 0 ? [Correction.None, Correction.Reset, Correction.Repair] : [Correction.None, Correction.Repair];

    /// <summary>The options of an interpolation with this correction.</summary>
    public static InterpolationOptions On(this Correction correction, InterpolationOptions options) =>
        options with
        {
            BatchNorm = correction == Correction.None ? BatchNormHandling.Interpolate : BatchNormHandling.Reestimate,
            Repair = correction switch
            {
                Correction.Rescale => RepairMode.Rescale,
                Correction.Repair or Correction.ClosedForm => RepairMode.Full,
                _ => RepairMode.None,
            },
            ClosedForm = correction == Correction.ClosedForm,
            ReestimateEnds = options.ReestimateEnds && correction is not (Correction.None or Correction.Reset),
        };
}
