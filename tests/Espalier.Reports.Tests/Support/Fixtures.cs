using Espalier.Lab.Findings;

namespace Espalier.Reports.Tests.Support;

/// <summary>
/// INVENTED results, for tests of the report only: nothing here was measured. Accuracies follow a formula whose order of methods is
/// known (LTH > b-imp > permuted > naive > controls).
/// </summary>
internal static class Fixtures
{
    private static readonly string[] Controls = ["lth", "naive", "permuted", "shuffled-units", "shuffled-layer", "erk-random", "b-imp"];

    /// <summary>Two networks of the paper, three seeds, all methods, the paper's schedule.</summary>
    public static RunResults Finished { get; } =
        new InventedRun
        {
            Name = "table5",
            Tables = [5, 6],
            Models = ["resnet20", "resnet20:width=4"],
            Data = "cifar10",
            Seeds = [0, 1, 2],
            Sparsities = [0.8, 0.97],
            Rewinds = [0, 5, 50],
            Matches = [200],
            Methods = Controls,
            Epochs = 24,
        }.Make();

    /// <summary>The scaled schedule with the embedded data: nothing of the paper's to compare with; under way, with failures.</summary>
    public static RunResults UnderWay { get; } =
        new InventedRun
        {
            Name = "my-grid",
            Models = ["mlp"],
            Data = "fashion-mnist-10k",
            Seeds = [0, 1],
            Sparsities = [0.8, 0.95],
            Rewinds = [0, 1, 2],
            Matches = [10],
            Methods = ["lth", "naive", "permuted", "of-my-own"],
            Scale = 0.05,
            Deviations =
            [
                new Deviation(Deviation.DataSet, "CIFAR-10", "fashion-mnist-10k"),
                new Deviation("The network", null, "an MLP, which the paper does not have <script>alert(\"&\")</script>"),
            ],
            Share = 0.6,
            Epochs = 10,
        }.Make();

    /// <summary>One seed, scaled, on the paper's data.</summary>
    public static RunResults OneSeed { get; } =
        InventedPictures.In(
            new InventedRun
            {
                Name = "table5",
                Tables = [5],
                Models = ["resnet20"],
                Data = "cifar10",
                Seeds = [0],
                Sparsities = [0.9, 0.97],
                Rewinds = [0, 2],
                Matches = [20],
                Methods = ["lth", "naive", "permuted", "shuffled-units"],
                Scale = 0.1,
                Deviations = [new Deviation("The schedule", null, "shorter than the paper's")],
                Epochs = 20,
            }.Make()
        );

    /// <summary>π found at several epochs of B.</summary>
    public static RunResults EarlyMatching { get; } =
        new InventedRun
        {
            Name = "table15",
            Tables = [15],
            Models = ["resnet20"],
            Data = "cifar10",
            Seeds = [0, 1, 2, 3, 4],
            Sparsities = [0.8, 0.9],
            Rewinds = [20],
            Matches = [5, 20, 50, 100, 200],
            Methods = ["lth", "naive", "permuted"],
            Epochs = 12,
        }.Make();

    /// <summary>A run that has not done anything yet.</summary>
    public static RunResults Empty { get; } =
        new(
            new RunDescription("table9", [9], "espalier reproduce table9", ["vgg11"], "cifar10", [0, 1], [], [], 1, [], 120, 0, []),
            [],
            [],
            [],
            [],
            [],
            []
        );

    /// <summary>As large as table 5 with three seeds: nine rewind epochs, curves of 200 epochs.</summary>
    public static RunResults Large { get; } =
        new InventedRun
        {
            Name = "table5",
            Tables = [5],
            Models = ["resnet20"],
            Data = "cifar10",
            Seeds = [0, 1, 2],
            Sparsities = [0.8, 0.9, 0.95, 0.97],
            Rewinds = [0, 5, 10, 15, 20, 25, 50, 75, 100],
            Matches = [200],
            Methods = Controls,
            Epochs = 200,
            Layers = 8,
        }.Make();

    /// <summary>More of everything than a preset has, long names, and losses and accuracies that are no numbers.</summary>
    public static RunResults Stress { get; } =
        Strained(
            new InventedRun
            {
                Name = "a-grid-with-a-rather-long-name-of-its-own",
                Tables = [5],
                Models = ["resnet20:width=16,activation=gelu,norm=layer"],
                Data = "fashion-mnist-10k",
                Seeds = [0, 1],
                Sparsities = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995],
                Rewinds = [0, 1, 2, 3, 5, 8, 10, 15, 20, 25, 50, 100],
                Matches = [5, 200],
                Methods = [.. Controls, "a-method-of-my-own", "another-method-of-my-own", "third", "fourth"],
                Epochs = 6,
                Layers = 8,
            }.Make()
        );

    public static IReadOnlyDictionary<string, RunResults> All { get; } =
        new Dictionary<string, RunResults>
        {
            ["finished"] = Finished,
            ["under-way"] = UnderWay,
            ["one-seed"] = OneSeed,
            ["early-matching"] = EarlyMatching,
            ["empty"] = Empty,
            ["studies"] = StudyFixture.Landscapes,
        };

    private static RunResults Strained(RunResults results) =>
        results with
        {
            Cells =
            [
                .. results.Cells.Select(
                    (cell, i) =>
                        i % 37 == 5 ? cell with { TestLoss = double.NaN, TestAccuracyPercent = 10 }
                        : i % 41 == 7 ? cell with { TestAccuracyPercent = double.NaN }
                        : cell
                ),
            ],
            Densities = [.. results.Densities.Select(density => density with { Layer = "a.rather.deep.module." + density.Layer })],
        };
}
