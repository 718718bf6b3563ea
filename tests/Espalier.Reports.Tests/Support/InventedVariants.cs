using Espalier.Lab.Findings;

namespace Espalier.Reports.Tests.Support;

/// <summary>INVENTED accuracies of two ways to find π that have no name of their own, beside those of the named ones.</summary>
internal static class InventedVariants
{
    public const string One = "permuted by=weights against=rewind of=pruned",
        Two = "permuted by=weights against=rewind of=pruned start=activations criterion=kept-sign normalize=true restarts=4";

    public static RunResults Results { get; } =
        Fixtures.OneSeed with
        {
            Cells =
            [
                .. Fixtures.OneSeed.Cells,
                .. Fixtures
                    .OneSeed.Cells.Where(cell => cell.Method == "naive")
                    .SelectMany(cell =>
                        new[] { One, Two }.Select(name => cell with { Method = name, TestAccuracyPercent = cell.TestAccuracyPercent + 0.4 })
                    ),
            ],
        };
}
