// A grid of experiments from C#: planned, run, continued where it was stopped, and reported, as the command line does.
//   dotnet run -c Release --project samples/RunAGrid
using Espalier;
using Espalier.Lab;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine.Running;
using Espalier.Reports;
using Espalier.Runtime;

ComputeThreads.Use(1); // so small a network gains from workers side by side, not from threads

// 1. What to run: every combination of these, on a schedule far shorter than the paper's.
var grid = new Grid
{
    Name = "a grid from C#",
    Models = ["mlp:width=64"],
    Seeds = [0, 1],
    Sparsities = [0.90],
    RewindEpochs = [1],
    Options = new Recipe { TrainImages = 5_000 }.With(
        training: t => t with { Epochs = 5 },
        fineTuning: t => t with { Epochs = 1 },
        matching: m => m with { Images = 1_000 }
    ),
};

// 2. The plan shares what does not differ; what the store has already is not done again.
string folder = args.Length > 0 ? args[0] : Path.Combine(Path.GetTempPath(), "espalier-grid");
var experiment = new Experiment(grid, Path.Combine(folder, "store"));
Console.WriteLine($"{experiment.Plan.Stages.Count} stages, {experiment.Done} of them done");

// 3. Ctrl-C stops it; what is done is kept, and the same program goes on.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var progress = new Relay<RunProgress>(now => Console.Write($"\r{now.Share, 4:0%}"));
RunOutcome outcome = await experiment.RunAsync(workers: 2, progress, stop.Token);
Console.WriteLine();
foreach (var failure in outcome.Failures)
    Console.WriteLine($"'{failure.Title}' failed: {failure.Message}");

// 4. Numbers to go on with, and the page.
var results = experiment.Results("dotnet run --project samples/RunAGrid");
foreach (var cell in results.Cells.Where(cell => cell.RewindEpoch is not null))
    Console.WriteLine($"{cell.Method, -9} {cell.Sparsity:0%} k = {cell.RewindEpoch} seed {cell.Seed}: {cell.TestAccuracyPercent:0.00} %");
Console.WriteLine(Report.Write(results, folder)[0]);
