using Espalier.Lab.Design;
using Espalier.Lab.Findings;

namespace Espalier.Cli.Terminal;

/// <summary>What a run measured between and beyond networks, as tables: barriers on test images, and ensembles.</summary>
internal static class StudyTables
{
    public static void Print(Output output, StudyResults studies)
    {
        if (studies.Barriers.Count > 0)
            TextTable.Print(
                output,
                ["network", "from A to", "A is", "corrected", "loss barrier", "error barrier", "at ½", "n"],
                from curve in studies.Barriers
                group curve by (curve.Model, curve.Sparsity, curve.Aligned, curve.Correction) into g
                select new[]
                {
                    g.Key.Model,
                    g.Key.Sparsity == 0 ? "B" : $"A at {g.Key.Sparsity:0.#%}",
                    g.Key.Aligned ? "aligned" : "as it is",
                    $"{g.Key.Correction}".ToLowerInvariant(),
                    $"{BarrierPaths.Mean(g, curve => curve.Test.Barrier.Loss).Mean:0.000}",
                    $"{BarrierPaths.Mean(g, curve => curve.Test.Barrier.ErrorPercent).Mean:0.00}",
                    $"{BarrierPaths.Mean(g, curve => curve.Test.Barrier.MiddleErrorPercent).Mean:0.00}",
                    $"{g.Count()}",
                },
                right: true
            );
        if (studies.Ensembles.Count > 0)
            TextTable.Print(
                output,
                ["network", "method", "sparsity", "k", "members", "accuracy", "ensemble", "disagreement", "KL", "JS"],
                studies.Ensembles.Select(e =>
                    new[]
                    {
                        e.Model,
                        Methods.LabelOf(e.Method),
                        $"{Share.Percent(e.Sparsity)}%",
                        $"{e.RewindEpoch}",
                        $"{e.MemberAccuraciesPercent.Count}",
                        MeanText.Of(e.Members),
                        $"{e.AccuracyPercent:0.00}",
                        $"{e.Disagreement:0.000}",
                        $"{e.KullbackLeibler:0.000}",
                        $"{e.JensenShannon:0.000}",
                    }
                ),
                right: true
            );
        foreach (PlaneResult plane in studies.Planes)
            output.Line(
                $"{plane.Model}: the plane through {string.Join(", ", plane.Names)} at "
                    + $"{(plane.Sparsity is { } sparsity ? Share.Percent(sparsity) : "")}%, k = {plane.RewindEpoch}: {plane.Y.Count} "
                    + $"of {plane.Rows} rows; least error {plane.LeastErrorPercent:0.00} %."
            );
    }
}
