using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Costs;
using TorchSharp;

namespace Espalier.Cli.Runs;

/// <summary>How many workers a run has, and threads each: as asked for, as it had before, or as this machine is measured.</summary>
internal sealed class WorkerChoice(Output output, RunnerOptionSet options, ParseResult parsed)
{
    /// <summary>Workers and threads as the command line has them.</summary>
    public (int? Workers, int? Threads) Asked() =>
        (
            ProcessCount.Possible(parsed.GetValue(options.Workers).Number, "worker", options.Workers.Name),
            ProcessCount.Possible(parsed.GetValue(options.Threads), "thread", options.Threads.Name)
        );

    /// <summary>
    /// Workers and threads: as asked for, or as an earlier start of this run found, so that it continues to the same bits, or measured now.
    /// A budget is fitted once.
    /// </summary>
    public (int Workers, int Threads) Choose(ref Grid grid, RunFolder folder, RunHow how)
    {
        (int? workers, int? threads) = Asked();
        RunFolder.Start? before = folder.TryReadStart();
        TimeSpan? budget = parsed.GetValue(options.Budget);
        if (how.Ranks > 1)
            return OfRanks(workers, threads, before, how);
        if (before is not null && budget is not null && FittedBefore(grid, folder) is { } fitted)
        {
            grid = fitted;
            return (workers ?? before.Workers, threads ?? before.Threads);
        }
        if (before is not null && budget is null)
            return (workers ?? before.Workers, threads ?? before.Threads);
        if (budget is null && workers is { } w && threads is { } t)
            return (w, t);
        if (budget is not { } time)
            return how.IsOnGpus ? Numbers(Measured(grid, how, workers, threads)) : Glanced(grid, workers, threads);
        Grid whole = grid;
        MachineRate rate = Measured(grid, how, workers, threads, found => Budget.IsClear(whole, time, found.Seconds));
        grid = grid.Scaled(Budget.Fit(grid, time, rate.Seconds));
        return Numbers(rate);
    }

    private static (int Workers, int Threads) Numbers(MachineRate rate) => (rate.Workers, rate.Threads);

    /// <summary>The numbers that suit this processor, where no more is asked.</summary>
    private (int Workers, int Threads) Glanced(Grid grid, int? workers, int? threads)
    {
        Say("Measuring this machine ...");
        return MachineRate.Choose(grid, torch.CPU, workers, threads);
    }

    private void Say(string line)
    {
        if (!parsed.GetValue(options.Quiet))
            output.Err.WriteLine(line);
    }

    /// <summary>Ranks are not measured: each worker is a group of them, one group where nobody asked, and they share the cores.</summary>
    private (int Workers, int Threads) OfRanks(int? workers, int? threads, RunFolder.Start? before, RunHow how)
    {
        Given.Refuse(parsed, options.Budget, $"fits a schedule to processes that train alone; expected it without {RankOption.Name}");
        if (how.Launched is not null && workers is > 1)
            throw new InputException(
                $"--workers {workers} was asked for, and this process is one of {how.Ranks} ranks, which are one worker; expected 1."
            );
        int side = how.Launched is not null ? 1 : workers ?? before?.Workers ?? 1,
            here = how.Launched?.LocalSize ?? how.Ranks;
        return (side, threads ?? before?.Threads ?? Math.Max(1, Environment.ProcessorCount / (side * here)));
    }

    /// <summary>The grid as an earlier start fitted it to its budget; null if the folder is of another grid.</summary>
    private static Grid? FittedBefore(Grid grid, RunFolder folder)
    {
        Grid earlier = GridFile.Read(folder.GridFile),
            fitted = grid.Scaled(earlier.Scale / grid.Scale);
        return GridFile.Text(fitted) == GridFile.Text(earlier) ? fitted : null;
    }

    /// <summary>What this machine does in a second; numbers that are not asked for are found out.</summary>
    /// <param name="grid">What is computed.</param>
    /// <param name="how">Where.</param>
    /// <param name="workers">Processes side by side; null to find out.</param>
    /// <param name="threads">Threads of each; null to find out.</param>
    /// <param name="isEnough">Whether what was found so far is; null to measure to the end.</param>
    public MachineRate Measured(Grid grid, RunHow how, int? workers, int? threads, Func<MachineRate, bool>? isEnough = null)
    {
        if (!how.IsOnGpus)
            (workers, threads) = workers is { } w && threads is { } t ? (w, t) : Glanced(grid, workers, threads);
        // A process needs a core of its own to keep a GPU busy.
        int cores = Math.Max(1, Environment.ProcessorCount / how.Devices.Count),
            most = workers is { } asked ? (asked + how.Devices.Count - 1) / how.Devices.Count : cores;
        Say(
            $"Measuring training, testing, evaluation and matching of {string.Join(", ", grid.Sources().Select(model => model.Title))}"
                + $"{(workers is null ? "" : $", {Counted.Of(workers.Value, "worker")} side by side")}: some 15 s a network ..."
        );
        var probe = new PackingProbe(grid, how with { Threads = threads ?? 1 });
        MachineRate rate = probe.MeasureAsync(most, isGiven: workers is not null, isEnough).GetAwaiter().GetResult();
        return rate with { Workers = workers ?? rate.Workers };
    }
}
