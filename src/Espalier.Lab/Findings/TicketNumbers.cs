namespace Espalier.Lab.Findings;

/// <summary>What of a ticket several networks of one method have in the mean; NaN where nobody looked.</summary>
/// <param name="AccuracyPercent">Test accuracy.</param>
/// <param name="Bits">Taken of the pruned network.</param>
/// <param name="SignAgreement">Share of kept weights with the ticket's sign before any is taken.</param>
/// <param name="DisagreementWithLth">Share of test images that A's own ticket classifies differently.</param>
public readonly record struct TicketNumbers(double AccuracyPercent, double Bits, double SignAgreement, double DisagreementWithLth)
{
    /// <summary>Means over networks, each over those of which it is known.</summary>
    public static TicketNumbers Of(IReadOnlyCollection<ResultCell> cells) =>
        new(
            cells.Select(cell => cell.TestAccuracyPercent).DefaultIfEmpty(double.NaN).Average(),
            cells.Average(cell => cell.TicketBits) ?? double.NaN,
            cells.Average(cell => cell.SignAgreement) ?? double.NaN,
            cells.Average(cell => cell.DisagreementWithLth) ?? double.NaN
        );

    /// <summary>Mean share of signs that agree; NaN over none.</summary>
    public static double Agreement(IEnumerable<LayerAgreement> layers) =>
        layers.Select(layer => layer.Share).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Whether anything but the accuracy is known.</summary>
    public bool IsKnown => double.IsFinite(Bits) || double.IsFinite(SignAgreement) || double.IsFinite(DisagreementWithLth);
}
