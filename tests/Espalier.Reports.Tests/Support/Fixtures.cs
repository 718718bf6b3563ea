using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Matching;
using Espalier.Training;

namespace Espalier.Reports.Tests.Support;

/// <summary>
/// INVENTED results, for tests of the report only: nothing here was measured. Accuracies follow a formula whose order of methods is
/// known (LTH > b-imp > permuted > naive > controls), with a spread over seeds from a sine.
/// </summary>
internal static class Fixtures
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

    private static readonly string[] Layers =
    [
        "conv1.weight",
        "layer1.0.conv1.weight",
        "layer1.0.conv2.weight",
        "layer2.0.conv1.weight",
        "layer2.0.conv2.weight",
        "layer3.0.conv1.weight",
        "layer3.0.conv2.weight",
        "linear.weight",
    ];

    private static readonly string[] Controls = ["lth", "naive", "permuted", "shuffled-units", "shuffled-layer", "erk-random", "b-imp"];

    /// <summary>Two networks of the paper, three seeds, all methods, the paper's schedule.</summary>
    public static RunResults Finished { get; } =
        Make(
            "table5",
            [5, 6],
            ["resnet20", "resnet20:width=4"],
            "cifar10",
            [0, 1, 2],
            [0.8, 0.97],
            [0, 5, 50],
            [200],
            Controls,
            1,
            [],
            1,
            24
        );

    /// <summary>The scaled schedule with the embedded data: nothing of the paper's to compare with; under way, with failures.</summary>
    public static RunResults UnderWay { get; } =
        Make(
            "my-grid",
            [],
            ["mlp"],
            "fashion-mnist-10k",
            [0, 1],
            [0.8, 0.95],
            [0, 1, 2],
            [10],
            ["lth", "naive", "permuted", "of-my-own"],
            0.05,
            [
                "Images are fashion-mnist-10k, not CIFAR-10.",
                "The network is an MLP, which the paper does not have <script>alert(\"&\")</script>.",
            ],
            0.6,
            10
        );

    /// <summary>One seed, scaled, on the paper's data.</summary>
    public static RunResults OneSeed { get; } =
        Make(
            "table5",
            [5],
            ["resnet20"],
            "cifar10",
            [0],
            [0.9, 0.97],
            [0, 2],
            [20],
            ["lth", "naive", "permuted", "shuffled-units"],
            0.1,
            ["The schedule is shorter than the paper's."],
            1,
            20
        );

    /// <summary>π found at several epochs of B.</summary>
    public static RunResults EarlyMatching { get; } =
        Make(
            "table15",
            [15],
            ["resnet20"],
            "cifar10",
            [0, 1, 2, 3, 4],
            [0.8, 0.9],
            [20],
            [5, 20, 50, 100, 200],
            ["lth", "naive", "permuted"],
            1,
            [],
            1,
            12
        );

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
        Make(
            "table5",
            [5],
            ["resnet20"],
            "cifar10",
            [0, 1, 2],
            [0.8, 0.9, 0.95, 0.97],
            [0, 5, 10, 15, 20, 25, 50, 75, 100],
            [200],
            Controls,
            1,
            [],
            1,
            200,
            8
        );

    /// <summary>More of everything than a preset has, long names, and losses and accuracies that are no numbers.</summary>
    public static RunResults Stress { get; } =
        Strained(
            Make(
                "a-grid-with-a-rather-long-name-of-its-own",
                [5],
                ["resnet20:width=16,activation=gelu,norm=layer"],
                "fashion-mnist-10k",
                [0, 1],
                [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995],
                [0, 1, 2, 3, 5, 8, 10, 15, 20, 25, 50, 100],
                [5, 200],
                [.. Controls, "a-method-of-my-own", "another-method-of-my-own", "third", "fourth"],
                1,
                [],
                1,
                6,
                8
            )
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

    private static RunResults Make(
        string name,
        int[] tables,
        string[] models,
        string data,
        long[] seeds,
        double[] sparsities,
        int[] rewinds,
        int[] matches,
        string[] methods,
        double scale,
        string[] deviations,
        double share,
        int epochs,
        int layers = 4
    )
    {
        int length = (int)(200 * scale);
        List<ResultCell> cells =
        [
            .. from model in models
            from seed in seeds
            from side in new[] { "dense", "dense-b" }
            select Cell(model, side, 0, null, null, seed),
            .. from model in models from seed in seeds from sparsity in sparsities select Cell(model, "imp", sparsity, null, null, seed),
            .. from model in models
            from seed in seeds
            from sparsity in sparsities
            from k in rewinds
            from method in methods
            from match in method == "permuted" ? matches.Select(t => (int?)t) : [null]
            select Cell(model, method, sparsity, k, match, seed),
        ];
        if (share < 1)
            cells = [.. cells.Where((cell, i) => cell.Sparsity == 0 || i % 5 < 3)];
        var curves = cells
            .Where(cell => cell.MatchEpoch is null || cell.MatchEpoch == matches[^1])
            .Select(cell => new TrainingCurve(
                cell.Model,
                cell.Method,
                cell.Sparsity,
                cell.RewindEpoch,
                cell.MatchEpoch,
                cell.Seed,
                Curve(cell, epochs, length)
            ))
            .ToList();
        LayerDensity[] densities =
        [
            .. from model in models
            from seed in seeds
            from method in methods
            from sparsity in sparsities
            from layer in Enumerable.Range(0, layers)
            let weights = 432L << layer
            select new LayerDensity(
                model,
                seed,
                method,
                sparsity,
                Layers[layer],
                weights,
                (long)(
                    weights
                    * Math.Min(
                        1,
                        (1 - sparsity)
                            * (
                                method is "erk-random" ? 1.6 - 0.12 * layer
                                : method is "b-imp" ? 3.1 - 0.36 * layer
                                : 3 - 0.35 * layer
                            )
                    )
                )
            ),
        ];
        MatchResult[] found =
        [
            .. from model in models
            from seed in seeds
            from match in matches
            select new MatchResult(
                model,
                seed,
                match,
                [
                    .. Enumerable
                        .Range(0, 6)
                        .Select(g => new GroupMatch(
                            $"layer{g / 2 + 1}.{g % 2}.conv1",
                            16 << (g / 2),
                            0.35 + 0.05 * g + 0.01 * Wave(seed, g),
                            0.02 * Wave(g, seed),
                            0.04 - 0.012 * g,
                            g == 2 ? 3 : 0,
                            g == 4 ? 1 : 0
                        )),
                ]
            ),
        ];
        int stages = cells.Count * 2,
            done = (int)(stages * share);
        StageFailure[] failures =
            share < 1
                ?
                [
                    new("permuted 95 % k=2 seed 1", "The loss became infinite in epoch 3."),
                    new("evaluate naive 80 % k=0 seed 0", "The disk is full."),
                ]
                : [];
        long sparse = cells.Count(cell => cell.RewindEpoch is not null) * (long)length,
            prune = seeds.Length * models.Length * (long)Math.Max(1, 950 * scale),
            dense = 2L * seeds.Length * models.Length * length;
        KindCost Cost(string kind, int count, long total, double seconds) =>
            new(kind, count, (int)(count * share), total, (long)(total * share), total * 50_000 * 6 * 41e6, seconds);
        KindCost[] paper =
        [
            Cost("dense", seeds.Length * 2, dense, 5321),
            Cost("prune", seeds.Length * 15, prune, 9876.5),
            Cost("match", seeds.Length, 0, 34.2),
            Cost("sparse", cells.Count(IsOfThePaper), cells.Count(IsOfThePaper) * (long)length, 54321),
        ];
        bool isTable = name.StartsWith("table", StringComparison.Ordinal);
        return new RunResults(
            new RunDescription(
                name,
                tables,
                $"espalier reproduce {name} --seeds 0-{seeds.Length - 1}",
                models,
                data,
                seeds,
                [
                    new("recipe", "paper"),
                    new("optimizer", "SGD, momentum 0.9, weight decay 0.0005"),
                    new("epochs", $"{length}"),
                    new("batch size", "128"),
                    new("note", "INVENTED numbers for tests: nothing was measured"),
                ],
                deviations,
                scale,
                ["x86-64, 2 cores, .NET 10.0.12, libtorch 2.10.0 (invented)"],
                stages,
                done,
                failures
            ),
            cells,
            found,
            densities,
            curves,
            [
                Cost("dense", seeds.Length * 2, dense, 5321),
                Cost("prune", seeds.Length * 15, prune, 9876.5),
                Cost("match", seeds.Length, 0, 34.2),
                Cost("sparse", cells.Count, sparse, 98765),
                Cost("evaluate", cells.Count, 0, 45.6),
            ],
            isTable
                ?
                [
                    Cost("dense", 0, dense * 4, 0),
                    Cost("prune", 0, prune * 9, 0),
                    Cost("sparse", 0, cells.Count(IsOfThePaper) * (long)length, 0),
                ]
                : []
        )
        {
            PaperCosts = isTable ? paper : [],
        };
    }

    private static bool IsOfThePaper(ResultCell cell) => cell.Method is "lth" or "naive" or "permuted";

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

    private static ResultCell Cell(string model, string method, double sparsity, int? k, int? match, long seed)
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

    private static EpochMetrics[] Curve(ResultCell cell, int epochs, int length) =>
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
    private static double Wave(double x, double y) => Math.Round(Math.Sin(12.9898 * (x + 1) + 78.233 * y), 6);
}
