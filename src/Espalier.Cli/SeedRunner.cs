using Espalier.Cli.Terminal;
using Espalier.Experiments;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Training;

namespace Espalier.Cli;

/// <summary>Runs the pipeline for several seeds, shows how far they are, and leaves <c>summary.json</c> and figures in the run's folder.</summary>
internal static class SeedRunner
{
    /// <param name="network">The graph.</param>
    /// <param name="options">The schedule.</param>
    /// <param name="data">Resident images.</param>
    /// <param name="folder">Gets one folder a seed.</param>
    /// <param name="firstSeed">Seeds count from here.</param>
    /// <param name="seeds">How many.</param>
    /// <param name="workers">Seeds trained side by side; with more than one, each computes on one thread.</param>
    /// <param name="output">Where progress goes.</param>
    /// <param name="quiet">Whether it goes nowhere.</param>
    /// <param name="cancel">Stops all.</param>
    public static Summary Run(Network network, PipelineOptions options, TrainingData data, string folder, long firstSeed, int seeds, int workers, Output output, bool quiet, CancellationToken cancel)
    {
        if (seeds is < 1 or > 10_000) throw new InputException($"{seeds} seeds are impossible; expected 1 to 10000.");
        double[] shares = new double[seeds];
        var cells = new IReadOnlyList<Cell>[seeds];
        using (var line = new ProgressLine(output, quiet))
        {
            void One(int i, CancellationToken stop)
            {
                long seed = firstSeed + i;
                var progress = new Relay<PipelineProgress>(p =>
                {
                    shares[i] = p.EpochsDone / p.EpochsInAll;
                    line.Show(shares.Average(), $"seed {seed}: {p.Stage}{(p.Completed?.TestAccuracyPercent is { } accuracy ? $" {accuracy:0.00} %" : "")}");
                });
                cells[i] = new Pipeline(network, options, data, Path.Combine(folder, $"seed-{seed}"), progress).Run(seed, stop);
            }
            Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancel }, i => One(i, cancel));
        }
        var summary = new Summary(network.Name, data.Set.Name, options, [.. cells.SelectMany(seed => seed)]);
        AtomicFile.WriteText(Path.Combine(folder, "summary.json"), summary.ToJson() + "\n");
        AccuracyFigure.Write(Path.Combine(folder, "accuracy.png"), summary);
        CurveFigure.Write(Path.Combine(folder, "curves.png"), folder);
        return summary;
    }
}
