using Espalier.Connectivity;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Analysis;

/// <summary>The linear paths between networks of a run and their barriers, over its seeds.</summary>
internal static class Barriers
{
    public const string FromAToB = "barrier",
        AlongPruning = "pruning-barrier";

    /// <summary>What distinguishes the paths of one study: whether A was moved, and what was done against variance collapse.</summary>
    internal readonly record struct Kind(bool Aligned, Correction Correction)
    {
        /// <summary>Such as <c>aligned, REPAIR</c>.</summary>
        public string LabelOf(string study) =>
            study == AlongPruning ? Name(Correction) : $"{(Aligned ? "aligned" : "not aligned")}, {Name(Correction)}";
    }

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

    /// <summary>The paths of a network, by kind; not aligned before aligned.</summary>
    public static IReadOnlyList<IGrouping<Kind, BarrierResult>> Of(RunView view, string model, string study) =>
        [
            .. view
                .Results.Studies.Barriers.Where(curve => curve.Model == model && curve.Study == study)
                .GroupBy(curve => new Kind(curve.Aligned, curve.Correction))
                .OrderBy(g => g.Key.Aligned)
                .ThenBy(g => g.Key.Correction),
        ];

    /// <summary>Mean over seeds.</summary>
    public static MeanStd Mean(IEnumerable<BarrierResult> curves, Func<BarrierResult, double> value) =>
        MeanStd.Of(curves.OrderBy(curve => curve.Seed).Select(value));
}
