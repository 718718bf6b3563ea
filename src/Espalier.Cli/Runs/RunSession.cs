using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Experiments.Plans;
using Espalier.Experiments.Results;
using Espalier.Experiments.Running;
using Espalier.Experiments.Store;
using Espalier.Runtime;
using System.CommandLine;
using TorchSharp;

namespace Espalier.Cli.Runs;

/// <summary>Runs a grid from the command line: chooses workers, shows how far it is, writes the report, prints the table.</summary>
internal sealed class RunSession(Output output, RunnerOptionSet options, GridOptionSet cells, ParseResult parsed)
{
    private readonly bool _quiet = parsed.GetValue(options.Quiet);

    /// <summary>Runs, or continues.</summary>
    /// <param name="given">The grid, the command line's changes not yet in it.</param>
    /// <param name="command">The command line up to its options, such as <c>reproduce table5</c>.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Grid given, string command, CancellationToken cancel)
    {
        torch.Device device = ComputeDevice.Parse(parsed.GetValue(options.Device)!);
        Grid grid = cells.Apply(parsed, given);
        _ = Planner.Of(grid); // refuses an impossible grid before anything is measured or written
        var folder = new RunFolder(parsed.GetValue(options.Folder) ?? Path.Combine("runs", grid.Name));
        var store = new ArtefactStore(parsed.GetValue(options.Store)!);
        (int workers, int threads) = Choose(ref grid, folder, device);
        Plan plan = cells.Plan(parsed, grid);
        string line = $"espalier {command}{Repeat()}";
        folder.Write(grid, new RunFolder.Start(Path.GetRelativePath(folder.Path, store.Folder), parsed.GetValue(cells.Only), line, workers, threads));

        RunOutcome outcome = await ExecuteAsync(store, plan, folder, workers, threads, cancel);
        foreach (string remark in outcome.Remarks) output.Err.WriteLine($"note: {remark}");
        RunResults results = RunReport.Write(store, grid, plan, folder, line);
        if (parsed.GetValue(options.Json)) output.Json(results.Cells);
        else RunReport.Print(output, results, folder);
        foreach (FailureLog failure in outcome.Failures) output.Error($"'{failure.Title}' failed: {failure.Message} Its log: {Path.Combine(parsed.GetValue(options.Store)!, "failed", $"{failure.Id}.json")}");
        if (outcome.Cancelled) throw new OperationCanceledException(cancel);
        return outcome.Failures.Count == 0 ? 0 : outcome.Failures.Any(failure => failure.Log.Length > 0) ? 1 : 2;
    }

    private async Task<RunOutcome> ExecuteAsync(ArtefactStore store, Plan plan, RunFolder folder, int workers, int threads, CancellationToken cancel)
    {
        using var display = new RunDisplay(output, _quiet);
        var runner = new Runner(store, plan, display) { RetryFailed = !parsed.GetValue(options.KeepFailed) };
        int useful = Math.Clamp(plan.Stages.Count(stage => store.Find(stage) is null), 1, workers);
        return await runner.RunAsync([.. Enumerable.Range(0, useful).Select(_ => new ProcessWorker(
            WorkerProcess.Start(folder.GridFile, store.Folder, parsed.GetValue(options.Data), threads, parsed.GetValue(options.Device)!)))], cancel);
    }

    /// <summary>Workers and threads: as asked for, or as an earlier start of this run found, so that it continues to the same bits, or measured now.</summary>
    private (int Workers, int Threads) Choose(ref Grid grid, RunFolder folder, torch.Device device)
    {
        int? workers = parsed.GetValue(options.Workers), threads = parsed.GetValue(options.Threads);
        if (workers is < 1 or > 1024) throw new InputException($"{workers} workers are impossible; expected 1 to 1024.");
        if (threads is < 1 or > 1024) throw new InputException($"{threads} threads are impossible; expected 1 to 1024.");
        RunFolder.Start? before = folder.TryReadStart();
        TimeSpan? budget = parsed.GetValue(options.Budget);
        if (budget is not null && before is not null && File.Exists(folder.GridFile)) grid = grid.Scaled(Budgeted(folder, grid));
        else if (budget is { } time)
        {
            MachineRate rate = Measure(grid, device, workers, threads);
            grid = grid.Scaled(Experiments.Plans.Budget.Fit(grid, time, stages => rate.Seconds(stages)));
            return (rate.Workers, rate.Threads);
        }
        if (workers is { } w && threads is { } t) return (w, t);
        if (before is not null) return (workers ?? before.Workers, threads ?? before.Threads);
        MachineRate measured = Measure(grid, device, workers, threads);
        return (measured.Workers, measured.Threads);
    }

    /// <summary>A budget that was fitted once is not fitted again: the run continues with the scale it began with.</summary>
    private static double Budgeted(RunFolder folder, Grid grid) => GridFile.Read(folder.GridFile).Scale / grid.Scale;

    private MachineRate Measure(Grid grid, torch.Device device, int? workers, int? threads)
    {
        if (!_quiet) output.Err.WriteLine("Measuring this machine ...");
        return MachineRate.Measure(grid, device, workers, threads);
    }

    /// <summary>The options given that change results, as they were given.</summary>
    private string Repeat()
    {
        var said = new System.Text.StringBuilder();
        string[] own = ["--store", "--out", "-o", "--data", "--quiet", "--json", "--workers", "-w", "--threads", "--device", "--keep-failed"];
        foreach (var result in parsed.CommandResult.Children.OfType<System.CommandLine.Parsing.OptionResult>())
            if (!result.Implicit && !own.Contains(result.Option.Name))
                foreach (string value in result.Tokens.Select(token => token.Value).DefaultIfEmpty("")) said.Append($" {result.Option.Name} {(value.IndexOfAny([' ', '|', ';']) < 0 ? value : $"\"{value}\"")}".TrimEnd());
        return said.ToString();
    }
}
