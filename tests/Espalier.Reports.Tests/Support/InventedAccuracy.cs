using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tests.Support;

/// <summary>An INVENTED accuracy of one method and seed, of runs of one network, one sparsity and one rewind epoch.</summary>
internal readonly record struct InventedAccuracy(string Method, long Seed, double Percent)
{
    /// <summary>Of a method, by seed.</summary>
    public static IReadOnlyList<InventedAccuracy> Of(string method, params double[] values) =>
        [.. values.Select((value, seed) => new InventedAccuracy(method, seed, value))];

    /// <summary>A run of them alone, of the network m.</summary>
    public static RunView View(IReadOnlyList<InventedAccuracy> all)
    {
        ResultCell like = Fixtures.Finished.Cells.First(cell => cell.Method == "lth");
        return new RunView(
            Fixtures.Finished with
            {
                Cells =
                [
                    .. all.Select(one =>
                        like with
                        {
                            Model = "m",
                            RewindEpoch = 0,
                            Method = one.Method,
                            Seed = one.Seed,
                            TestAccuracyPercent = one.Percent,
                        }
                    ),
                ],
            }
        );
    }
}
