using Espalier.Lab.Findings;
using Espalier.Training;

namespace Espalier.Reports.Tests.Support;

/// <summary>INVENTED accuracies, by a formula whose order of methods is known, with a spread over seeds from a sine.</summary>
internal static class InventedCells
{
    private static readonly Dictionary<string, double> Offset = new()
    {
        ["lth"] = 0,
        ["b-imp"] = -0.1,
        ["permuted"] = -0.9,
        ["naive"] = -1.9,
        ["shuffled-units"] = -2.1,
        ["shuffled-layer"] = -2.6,
        ["erk-random"] = -3.1,
    };

    public static ResultCell Of(string model, string method, double sparsity, int? k, int? match, long seed)
    {
        double top = 92.6 + (model.Contains("width", StringComparison.Ordinal) ? 2.4 : 0) + 0.2 * Wave(seed, 7);
        double loss = 42 * Math.Pow(sparsity, 12) * 0.12,
            late = k is { } epoch ? 1.2 * (1 - Math.Exp(-epoch / 12.0)) * sparsity : 0;
        double offset =
            method.StartsWith("dense", StringComparison.Ordinal) ? 0
            : method == "imp" ? 0.1 - loss
            : Offset.GetValueOrDefault(method, -2.3) * (0.4 + sparsity) * (1 + 0.4 * (k ?? 0) / 50.0) - loss + late - 0.8 * sparsity;
        double early = match is { } t ? -0.35 * Math.Exp(-t / 20.0) : 0;
        double accuracy = Math.Round(
            top + offset + early + 0.3 * Wave(2.3 * seed + 3 * (k ?? 0), 1.7 * seed * method.Length + 31 * sparsity),
            2
        );
        return new ResultCell(
            model,
            method,
            sparsity,
            k,
            match,
            seed,
            accuracy,
            Math.Round(3 - accuracy / 40, 4),
            sparsity == 0 ? 0 : sparsity - 0.00001,
            sparsity * 0.9965,
            (long)(41e6 * (1 - sparsity * (method == "erk-random" ? 0.7 : 0.85))),
            $"{method}-{seed}"
        );
    }

    public static EpochMetrics[] Curve(ResultCell cell, int epochs, int length) =>
        [
            .. Enumerable
                .Range(1, epochs)
                .Select(i => (Epoch: i * Math.Max(length, epochs) / epochs, Share: (double)i / epochs))
                .Select(e => new EpochMetrics(
                    e.Epoch,
                    0.1,
                    1,
                    50,
                    1,
                    Math.Round(
                        cell.TestAccuracyPercent
                            - 30 * Math.Exp(-9 * e.Share)
                            - 1.5 * (1 - e.Share) * (1 + Wave(e.Epoch, cell.Seed + cell.Method.Length)),
                        2
                    ),
                    1,
                    1000
                )),
        ];

    /// <summary>Between −1 and 1, the same everywhere.</summary>
    public static double Wave(double x, double y) => Math.Round(Math.Sin(12.9898 * (x + 1) + 78.233 * y), 6);
}
