using Espalier.Connectivity;

namespace Espalier.Lab.Findings;

/// <summary>What distinguishes the linear paths of one study.</summary>
/// <param name="Aligned">Whether A was moved by π.</param>
/// <param name="Correction">Against variance collapse.</param>
public readonly record struct PathKind(bool Aligned, Correction Correction);

/// <summary>The linear paths between networks of a run and their barriers, over its seeds.</summary>
public static class BarrierPaths
{
    /// <summary>The paths of a network in one study, by kind; not aligned before aligned.</summary>
    /// <param name="studies">What was measured.</param>
    /// <param name="model">The network.</param>
    /// <param name="study">As in <see cref="BarrierResult"/>.</param>
    public static IReadOnlyList<IGrouping<PathKind, BarrierResult>> Of(StudyResults studies, string model, string study) =>
        [
            .. studies
                .Barriers.Where(curve => curve.Model == model && curve.Study == study)
                .GroupBy(curve => new PathKind(curve.Aligned, curve.Correction))
                .OrderBy(g => g.Key.Aligned)
                .ThenBy(g => g.Key.Correction),
        ];

    /// <summary>Mean over seeds.</summary>
    public static MeanStd Mean(IEnumerable<BarrierResult> curves, Func<BarrierResult, double> value) =>
        MeanStd.Of(curves.OrderBy(curve => curve.Seed).Select(value));

    /// <summary>
    /// The mean path on test images. Seeds refine their curves at different places: it is over the α that all have, ascending.
    /// </summary>
    public static IReadOnlyList<(double Alpha, double Mean)> MeanPath(
        IReadOnlyCollection<BarrierResult> curves,
        Func<CurvePoint, double> value
    ) =>
        [
            .. from point in curves.SelectMany(curve => curve.Test.Points)
            group point by point.Alpha into at
            where at.Count() == curves.Count
            orderby at.Key
            select (at.Key, at.Average(value)),
        ];
}
