using Espalier.Connectivity;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Analysis;

/// <summary>What the linear paths between networks are called.</summary>
internal static class BarrierNames
{
    public const string FromAToB = "barrier",
        AlongPruning = "pruning-barrier";

    /// <summary>Of a path from A to B, such as <c>aligned, REPAIR</c>.</summary>
    public static string Label(PathKind kind) => $"{(kind.Aligned ? "aligned" : "not aligned")}, {Name(kind.Correction)}";

    /// <summary>What a correction is called.</summary>
    public static string Name(Correction correction) =>
        correction switch
        {
            Correction.None => "nothing corrected",
            Correction.Reset => "batch-norm reset",
            Correction.Rescale => "rescaled",
            Correction.ClosedForm => "REPAIR in closed form",
            _ => "REPAIR",
        };
}
