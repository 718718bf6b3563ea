// A method, a way to match, a pruning criterion, a kind of stage, an option and a figure that Espalier does not know, in one tiny grid.
//   dotnet run -c Release --project samples/OneOfYourOwn
using Espalier.Lab;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Matching;
using Espalier.Reports;
using Espalier.Runtime;
using OneOfYourOwn;

ComputeThreads.Use(1);
Recipe recipe = new Recipe { TrainImages = 2_000 }.With(
    training: t => t with { Epochs = 3 },
    pruning: p => p with { Criterion = Lamp.Criterion },
    fineTuning: t => t with { Epochs = 1 },
    updates: u => u with { Times = u.Times with { Every = 5 } }
);
var grid = new Grid
{
    Name = "of our own",
    Models = ["mlp:width=32"],
    Seeds = [0, 1],
    Sparsities = [0.90],
    RewindEpochs = [1],
    Methods = [.. Methods.OfThePaper, MagnitudeAtStart.Method, GentleRigl.Method],
    MatchVariants = [new MatchVariant { How = new MatchSpecification { By = NormMatcher.Way } }],
    Options = GentleRigl.Fraction.Set(recipe, 0.05),
};

// The stage reads what the grid's own stages leave: for every cell of the lottery ticket, how far it lies from the naive network.
Stage[] distances = [];
string folder = args.Length > 0 ? args[0] : Path.Combine(Path.GetTempPath(), "espalier-own");
var experiment = new Experiment(
    grid,
    Path.Combine(folder, "store"),
    besides: plan =>
        distances = [
            .. from lth in plan.Cells
            from naive in plan.Cells
            where lth.Method == "lth" && naive.Method == "naive" && lth.Seed == naive.Seed
            select new DistanceStage(lth.Stage, naive.Stage),
        ]
);
foreach (var failure in (await experiment.RunAsync()).Failures)
    Console.WriteLine($"'{failure.Title}' failed: {failure.Message}");
foreach (Stage distance in distances)
    Console.WriteLine($"{distance.Title}: {experiment.ResultOf(distance)?["distance"]:0.00}");
Console.WriteLine(Report.Write(experiment.Results("dotnet run --project samples/OneOfYourOwn"), folder, SeedFigure.Of)[0]);
