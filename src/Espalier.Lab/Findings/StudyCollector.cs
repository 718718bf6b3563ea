using Espalier.Connectivity;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Findings;

/// <summary>Reads what the studies of a plan have left in a store. A study under way gives what there is.</summary>
/// <param name="store">The artefacts.</param>
/// <param name="plan">Its studies.</param>
internal sealed class StudyCollector(ArtefactStore store, Plan plan)
{
    public StudyResults Collect() =>
        new(
            [.. plan.Studies.OfType<PlannedBarrier>().Where(barrier => store.Find(barrier.Stage) is not null).Select(BarrierOf)],
            [.. plan.Studies.OfType<PlannedPlane>().Select(PlaneOf).OfType<PlaneResult>()],
            [.. plan.Studies.OfType<PlannedEnsemble>().Select(EnsembleOf).OfType<EnsembleResult>()]
        );

    private BarrierResult BarrierOf(PlannedBarrier planned)
    {
        MeasuredCurves curves = CurveFile.Read(Path.Combine(FolderOf(planned.Stage), BarrierStage.CurveName));
        return new BarrierResult(
            planned.Model,
            planned.Seed,
            planned.Study.Name(),
            planned.Aligned,
            planned.Correction,
            planned.Round,
            planned.Sparsity,
            BarrierCurve.Of(curves.Train),
            BarrierCurve.Of(curves.Test)
        );
    }

    private PlaneResult? PlaneOf(PlannedPlane planned)
    {
        MeasuredRow[] rows =
        [
            .. planned
                .Rows.Where(stage => store.Find(stage) is not null)
                .Select(stage => PlaneFile.Read(Path.Combine(FolderOf(stage), PlaneRowStage.RowName))),
        ];
        if (rows.Length == 0)
            return null;
        MeasuredRow any = rows[0];
        return new PlaneResult(
            planned.Model,
            planned.Seed,
            planned.Sparsity,
            planned.RewindEpoch,
            planned.Names,
            any.Points,
            any.Distances,
            any.Grid.X,
            [.. rows.Select(row => any.Grid.Y[row.Row.Row])],
            [.. rows.Select(row => row.Row.Loss)],
            [.. rows.Select(row => row.Row.ErrorPercent)],
            planned.Rows.Count
        );
    }

    private EnsembleResult? EnsembleOf(PlannedEnsemble planned)
    {
        if (store.Find(planned.Ensemble) is not { } manifest)
            return null;
        var numbers = new StageResult(manifest.Numbers);
        StageResult? soup = planned.Soup is { } stage && store.Find(stage) is { } found ? new StageResult(found.Numbers) : null;
        return new EnsembleResult(
            planned.Model,
            planned.Method,
            planned.Sparsity,
            planned.RewindEpoch,
            [.. Enumerable.Range(0, planned.Members).Select(i => numbers[EnsembleStage.Member + i])],
            numbers["ensemble_accuracy_percent"],
            numbers["disagreement"],
            numbers["kl_divergence"],
            numbers["js_divergence"],
            numbers["ensemble_negative_log_likelihood"],
            numbers["negative_log_likelihood"],
            numbers["ensemble_calibration_error"],
            numbers["calibration_error"],
            soup?["uniform_soup_accuracy_percent"],
            soup?["greedy_soup_accuracy_percent"],
            soup is null ? null : (int)soup["greedy_soup_members"]
        );
    }

    private string FolderOf(Stage stage) => store.FolderOf(stage.Kind, stage.Id);
}
