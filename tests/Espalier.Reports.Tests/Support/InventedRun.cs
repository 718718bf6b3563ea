using Espalier.Lab.Findings;
using Espalier.Matching;

namespace Espalier.Reports.Tests.Support;

/// <summary>INVENTED results of a grid, for tests of the report only: nothing here was measured.</summary>
internal sealed record InventedRun
{
    private static readonly string[] LayerNames =
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

    public required string Name { get; init; }
    public int[] Tables { get; init; } = [];
    public required string[] Models { get; init; }
    public required string Data { get; init; }
    public required long[] Seeds { get; init; }
    public required double[] Sparsities { get; init; }
    public required int[] Rewinds { get; init; }
    public required int[] Matches { get; init; }
    public required string[] Methods { get; init; }
    public double Scale { get; init; } = 1;
    public IReadOnlyList<Deviation> Deviations { get; init; } = [];

    /// <summary>How much of it is done; what is done has failures beside it.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Epochs that a curve shows.</summary>
    public required int Epochs { get; init; }

    /// <summary>Layers whose densities are known.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Epochs of a training, T.</summary>
    private int Length => (int)(200 * Scale);

    private List<ResultCell> Cells()
    {
        List<ResultCell> cells =
        [
            .. from model in Models
            from seed in Seeds
            from side in new[] { "dense", "dense-b" }
            select InventedCells.Of(model, side, 0, null, null, seed),
            .. from model in Models
            from seed in Seeds
            from sparsity in Sparsities
            select InventedCells.Of(model, "imp", sparsity, null, null, seed),
            .. from model in Models
            from seed in Seeds
            from sparsity in Sparsities
            from k in Rewinds
            from method in Methods
            from match in method == "permuted" ? Matches.Select(t => (int?)t) : [null]
            select InventedCells.Of(model, method, sparsity, k, match, seed),
        ];
        if (Share < 1)
            cells = [.. cells.Where((cell, i) => cell.Sparsity == 0 || i % 5 < 3)];
        return cells;
    }

    private List<TrainingCurve> Curves(List<ResultCell> cells) =>
        cells
            .Where(cell => cell.MatchEpoch is null || cell.MatchEpoch == Matches[^1])
            .Select(cell => new TrainingCurve(
                cell.Model,
                cell.Method,
                cell.Sparsity,
                cell.RewindEpoch,
                cell.MatchEpoch,
                cell.Seed,
                InventedCells.Curve(cell, Epochs, Length)
            ))
            .ToList();

    private LayerDensity[] Densities() =>
        [
            .. from model in Models
            from seed in Seeds
            from method in Methods
            from sparsity in Sparsities
            from layer in Enumerable.Range(0, Layers)
            let weights = 432L << layer
            select new LayerDensity(
                model,
                seed,
                method,
                sparsity,
                LayerNames[layer],
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

    private MatchResult[] Found() =>
        [
            .. from model in Models
            from seed in Seeds
            from match in Matches
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
                            0.35 + 0.05 * g + 0.01 * InventedCells.Wave(seed, g),
                            0.02 * InventedCells.Wave(g, seed),
                            0.04 - 0.012 * g,
                            g == 2 ? 3 : 0,
                            g == 4 ? 1 : 0
                        )),
                ]
            ),
        ];

    private StageFailure[] Failures() =>
        Share < 1
            ?
            [
                new("permuted 95 % k=2 seed 1", "The loss became infinite in epoch 3."),
                new("evaluate naive 80 % k=0 seed 0", "The disk is full."),
            ]
            : [];

    public RunResults Make()
    {
        List<ResultCell> cells = Cells();
        int stages = cells.Count * 2,
            done = (int)(stages * Share);
        long sparse = cells.Count(cell => cell.RewindEpoch is not null) * (long)Length,
            prune = Seeds.Length * Models.Length * (long)Math.Max(1, 950 * Scale),
            dense = 2L * Seeds.Length * Models.Length * Length;
        KindCost Cost(string kind, int count, long total, double seconds) =>
            new(kind, count, (int)(count * Share), total, (long)(total * Share), total * 50_000 * 6 * 41e6, seconds);
        KindCost[] paper =
        [
            Cost("dense", Seeds.Length * 2, dense, 5321),
            Cost("prune", Seeds.Length * 15, prune, 9876.5),
            Cost("match", Seeds.Length, 0, 34.2),
            Cost("sparse", cells.Count(IsOfThePaper), cells.Count(IsOfThePaper) * (long)Length, 54321),
        ];
        bool isTable = Name.StartsWith("table", StringComparison.Ordinal);
        return new RunResults(
            new RunDescription(
                Name,
                Tables,
                $"espalier reproduce {Name} --seeds 0-{Seeds.Length - 1}",
                Models,
                Data,
                Seeds,
                [
                    new("recipe", "paper"),
                    new("optimizer", "SGD, momentum 0.9, weight decay 0.0005"),
                    new("epochs", $"{Length}"),
                    new("batch size", "128"),
                    new("note", "INVENTED numbers for tests: nothing was measured"),
                ],
                Deviations,
                Scale,
                ["x86-64, 2 cores, .NET 10.0.12, libtorch 2.10.0 (invented)"],
                stages,
                done,
                Failures()
            ),
            cells,
            Found(),
            Densities(),
            Curves(cells),
            [
                Cost("dense", Seeds.Length * 2, dense, 5321),
                Cost("prune", Seeds.Length * 15, prune, 9876.5),
                Cost("match", Seeds.Length, 0, 34.2),
                Cost("sparse", cells.Count, sparse, 98765),
                Cost("evaluate", cells.Count, 0, 45.6),
            ],
            isTable
                ?
                [
                    Cost("dense", 0, dense * 4, 0),
                    Cost("prune", 0, prune * 9, 0),
                    Cost("sparse", 0, cells.Count(IsOfThePaper) * (long)Length, 0),
                ]
                : []
        )
        {
            PaperCosts = isTable ? paper : [],
        };
    }

    private static bool IsOfThePaper(ResultCell cell) => cell.Method is "lth" or "naive" or "permuted";
}
