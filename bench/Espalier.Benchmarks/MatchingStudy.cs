using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Findings;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Benchmarks;

/// <summary>
/// Which way of matching gives the best mask for B: an MLP of 3x256 units on the embedded images, T = 10, 3 epochs a pruning round. Paired:
/// all sparse trainings of a seed see the same batches.
/// </summary>
internal static class MatchingStudy
{
    private static readonly TrainingOptions Schedule = new()
    {
        Epochs = 10,
        Precision = Precision.Float32,
        EvaluateEvery = 0,
    };

    /// <param name="seeds">How many, from 0.</param>
    /// <param name="rewinds">Rewind epochs.</param>
    /// <param name="sparsity">Of A.</param>
    /// <param name="initialScale">Multiplies the initial weights of A and B: 1 is Kaiming normal, 0.408 has the variance of PyTorch's
    /// default.</param>
    /// <param name="folder">For the checkpoints; finished trainings there are read.</param>
    public static object Run(int seeds, IReadOnlyList<int> rewinds, double sparsity, double initialScale, string folder)
    {
        var rows = new List<Row>();
        using var data = new TrainingData(EmbeddedData.Open(), Augmentation.None, Precision.Float32, CPU);
        for (int seed = 0; seed < seeds; seed++)
        {
            Seed(
                data,
                seed,
                rewinds,
                sparsity,
                initialScale,
                Path.Combine(folder, $"seed-{seed}"),
                row =>
                {
                    rows.Add(row);
                    Console.Error.WriteLine(row);
                }
            );
        }
        return new
        {
            sparsity,
            initialScale,
            cells = rows.GroupBy(row => (row.K, row.Mask))
                .Select(cell => new
                {
                    k = cell.Key.K,
                    mask = cell.Key.Mask,
                    mean = cell.Average(row => row.Accuracy),
                    gap_closed = Gap(rows, cell),
                    seeds = cell.Count(),
                }),
        };
    }

    /// <summary>Null where it cannot be told.</summary>
    private static double? Gap(List<Row> rows, IGrouping<(int K, string Mask), Row> cell)
    {
        double Of(long seed, string mask) => rows.Single(row => (row.Seed, row.K, row.Mask) == (seed, cell.Key.K, mask)).Accuracy;
        GapClosed gap = GapClosed.Of(
            [.. cell.Select(row => row.Accuracy - Of(row.Seed, "naive"))],
            [.. cell.Select(row => Of(row.Seed, "lth") - Of(row.Seed, "naive"))]
        );
        return gap.IsKnown ? gap.Share : null;
    }

    private static void Seed(
        TrainingData data,
        long seed,
        IReadOnlyList<int> rewinds,
        double sparsity,
        double initialScale,
        string folder,
        Action<Row> add
    )
    {
        Network network = Mlp.Build(Shape.Maps(1, 28, 28), 10);
        (TrainingFolder placeA, WeightSet a) = Dense("A", data, network, seed, rewinds, initialScale, folder);
        (TrainingFolder placeB, WeightSet b) = Dense("B", data, network, seed, rewinds, initialScale, folder);
        var pruning = new PruningOptions { FineTuning = Schedule with { Epochs = 3, LearningRate = 0.01 } };
        PrunedNetwork pruned = new IterativePruning(pruning, data, Path.Combine(folder, "A.prune")).Run(a, [sparsity], seed)[0];
        Match trained = new ActivationMatcher(new()).Match(new MatchingProblem(a, null, b, data.Matching));
        foreach (int k in rewinds)
        {
            using WeightSet startA = WeightsFile.Read(placeA.Checkpoint(k), network),
                startB = WeightsFile.Read(placeB.Checkpoint(k), network);
            Match rewound = new ActivationMatcher(new()).Match(new MatchingProblem(a, null, startB, data.Matching));
            var problem = new MatchingProblem(pruned.Weights, pruned.Mask, startB);
            var matcher = new WeightMatcher(new());
            Sparse("lth", startA, null);
            Sparse("naive", startB, null);
            Sparse("shuffled", startB, Permutation.Uniform(trained.Permutation.Groups, new RandomStream(seed, "shuffle")));
            Sparse("activations of trained B", startB, trained.Permutation);
            Sparse("activations of B@k", startB, rewound.Permutation);
            Sparse("wm(As, B@k) from act", startB, matcher.Match(problem with { Start = rewound.Permutation }).Permutation);
            Sparse("wm(As, B@k) from identity", startB, matcher.Match(problem).Permutation);

            void Sparse(string name, WeightSet start, Permutation? permutation)
            {
                using Mask mask = (permutation ?? Permutation.Identity(trained.Permutation.Groups)).Apply(pruned.Mask);
                TrainingResult result = new Trainer(Schedule with { Epochs = Schedule.Epochs - k, LearningRate = 0.02 }, data).Train(
                    new TrainingRun(start, mask, seed, "sparse.data")
                );
                result.Final.Dispose();
                add(new Row(seed, k, name, result.TestAccuracyPercent));
            }
        }
    }

    private static (TrainingFolder, WeightSet) Dense(
        string name,
        TrainingData data,
        Network network,
        long seed,
        IReadOnlyList<int> rewinds,
        double initialScale,
        string folder
    )
    {
        var place = new TrainingFolder(Path.Combine(folder, name));
        if (place.IsFinished)
            return (place, place.Read().Final);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(seed, $"{name}.init"));
        foreach (Parameter p in network.Parameters.Where(p => p.IsWeight))
            start.Layout.Slice(start.Values, p).TimesInPlace(initialScale);
        return (
            place,
            new Trainer(Schedule with { Checkpoints = [.. rewinds.Order()] }, data, place)
                .Train(new TrainingRun(start, null, seed, $"{name}.data"))
                .Final
        );
    }

    private sealed record Row(long Seed, int K, string Mask, double Accuracy);
}
