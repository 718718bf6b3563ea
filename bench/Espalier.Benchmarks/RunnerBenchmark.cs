using System.Diagnostics;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using TorchSharp;

namespace Espalier.Benchmarks;

/// <summary>What planning, starting and keeping stages cost, apart from their work.</summary>
internal static class RunnerBenchmark
{
    /// <summary>Plans a grid with so many stages.</summary>
    public static object Plan(int stages)
    {
        int perSeed = Planner.Of(Grid(1)).Stages.Count;
        Grid grid = Grid((stages + perSeed - 1) / perSeed);
        long start = Stopwatch.GetTimestamp();
        Plan plan = Planner.Of(grid);
        return new
        {
            Stages = plan.Stages.Count,
            plan.Cells.Count,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
    }

    /// <summary>Runs stages that do nothing, a chain and its leaves, and then runs them again when all are finished.</summary>
    public static object Run(int stages, int workers, string folder)
    {
        var chain = new List<EmptyStage> { new("0") };
        for (int i = 1; i < stages; i++)
            chain.Add(new EmptyStage($"{i}", chain[i % 10 == 0 ? i - 10 : i / 10 * 10]));
        double first = Once(chain, workers, folder, out int ran),
            again = Once(chain, workers, folder, out int ranAgain);
        var store = new ArtefactStore(folder);
        long start = Stopwatch.GetTimestamp();
        using var index = new StoreIndex(store);
        double indexed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new
        {
            Stages = stages,
            Workers = workers,
            Ran = ran,
            MillisecondsPerStage = 1000 * first * workers / stages,
            RanAgain = ranAgain,
            SecondsAgain = again,
            SecondsToIndex = indexed,
        };
    }

    private static double Once(IReadOnlyList<Stage> stages, int workers, string folder, out int ran)
    {
        long start = Stopwatch.GetTimestamp();
        var store = new ArtefactStore(folder);
        using var images = new ImageCache(null, torch.CPU);
        var executor = new StageExecutor(store, images, TimeProvider.System);
        ran = new Runner(store, new Plan([], stages))
            .RunAsync([.. Enumerable.Range(0, workers).Select(_ => new InProcessWorker(executor))])
            .GetAwaiter()
            .GetResult()
            .Ran;
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Grid Grid(int seeds) =>
        new()
        {
            DataSet = "cifar10",
            Models = ["resnet20"],
            Seeds = [.. Enumerable.Range(0, seeds).Select(i => (long)i)],
            RewindEpochs = [0, 5, 10, 15, 20, 25, 50, 75, 100],
            Methods = Methods.All,
            Evaluate = EvaluatedNetworks.All,
        };

    /// <summary>A stage with a small file and a number.</summary>
    private sealed class EmptyStage(string name, params Stage[] inputs) : Stage(inputs)
    {
        public override string Kind => "empty";

        public override string Title => name;

        public override object Options => new { Name = name };

        public override double Flops => 1;

        public override StageResult Run(StageRun run)
        {
            File.WriteAllText(run["text.txt"], name);
            return new StageResult(new Dictionary<string, double> { ["length"] = name.Length });
        }
    }
}
