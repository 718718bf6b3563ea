using Espalier.Connectivity;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Tests.Support;

/// <summary>INVENTED studies, for tests of the report only: nothing here was measured.</summary>
internal static class StudyFixture
{
    private const int Side = 9;

    /// <summary>Two networks, two seeds, every study; the plane has a hole and lacks its last row.</summary>
    public static RunResults Landscapes { get; } =
        Fixtures.OneSeed with
        {
            Run = Fixtures.OneSeed.Run with { Name = "figure4", Tables = [1], Models = ["resnet20", "resnet20:width=4"], Seeds = [0, 1] },
            Studies = new StudyResults([.. Barriers()], [Plane()], [.. Ensembles()]),
        };

    private static IEnumerable<BarrierResult> Barriers()
    {
        foreach ((string model, double wide) in new[] { ("resnet20", 1.0), ("resnet20:width=4", 0.5) })
        foreach (long seed in new long[] { 0, 1 })
        {
            foreach (bool aligned in new[] { false, true })
            foreach (Correction correction in new[] { Correction.None, Correction.Reset, Correction.Repair })
                yield return Barrier(
                    model,
                    seed,
                    "barrier",
                    aligned,
                    correction,
                    0,
                    0,
                    wide * (aligned ? 0.5 : 1) * (3 - (int)correction) * 0.6
                );
            for (int round = 1; round <= 4; round++)
                foreach (Correction correction in new[] { Correction.None, Correction.Reset, Correction.Repair })
                    yield return Barrier(
                        model,
                        seed,
                        "pruning-barrier",
                        false,
                        correction,
                        round,
                        1 - Math.Pow(0.8, round),
                        wide * 0.2 * round * (3 - (int)correction) / 3
                    );
        }
    }

    private static BarrierResult Barrier(
        string model,
        long seed,
        string study,
        bool aligned,
        Correction correction,
        int round,
        double sparsity,
        double height
    )
    {
        // Seeds refine at different places.
        double[] alphas = [0, 0.25, 0.5, 0.75, 1, 0.4 + 0.1 * seed];
        InterpolationCurve Curve(double factor) =>
            new([
                .. alphas
                    .Distinct()
                    .Order()
                    .Select(a => new CurvePoint(a, 0.3 + factor * height * a * (1 - a) * 4, 8 + factor * 25 * height * a * (1 - a))),
            ]);
        return new BarrierResult(
            model,
            seed,
            study,
            aligned,
            correction,
            round,
            sparsity,
            BarrierCurve.Of(Curve(0.9 + 0.1 * seed)),
            BarrierCurve.Of(Curve(1 + 0.1 * seed))
        );
    }

    private static PlaneResult Plane()
    {
        double[] x = [.. Enumerable.Range(0, Side).Select(i => -6 + 4.5 * i)],
            y = [.. Enumerable.Range(0, Side - 1).Select(i => -5 + 3.5 * i)];
        IReadOnlyList<IReadOnlyList<double?>> Values(Func<double, double> of) =>
            [
                .. y.Select(
                    (b, row) =>
                        (IReadOnlyList<double?>)
                            [
                                .. x.Select(
                                    (a, column) => row == 2 && column == 6 ? (double?)null : of(Math.Pow(a - 8, 2) + Math.Pow(b - 4, 2))
                                ),
                            ]
                ),
            ];
        return new PlaneResult(
            "resnet20",
            0,
            0.9,
            2,
            ["LTH", "dense A", "permuted, moved back by π⁻¹"],
            [new(0, 0), new(20, 0), new(7, 12)],
            [20, 13.9, 17.7],
            x,
            y,
            Values(d => 0.2 + d / 40),
            Values(d => 100 * (1 - Math.Exp(-0.02 - d / 300))),
            Side
        );
    }

    private static IEnumerable<EnsembleResult> Ensembles()
    {
        foreach ((string method, int i) in new[] { "dense", "imp", "lth", "permuted", "naive" }.Select((m, i) => (m, i)))
            yield return new EnsembleResult(
                "resnet20",
                method,
                method == "dense" ? 0 : 0.9,
                i < 2 ? null : 2,
                [91 - i, 91.2 - i, 90.9 - i],
                92.5 - i,
                0.03 * (1 + i),
                0.1 + 0.05 * i,
                0.02 + 0.02 * i,
                0.25,
                0.31,
                0.02,
                0.05,
                i < 2 ? null : 80 - i,
                i < 2 ? null : 91.3 - i,
                i < 2 ? null : 2
            );
    }
}
