using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Tests.Pruning;

/// <summary>Criteria of iterative pruning: the library's, and one of another's.</summary>
public sealed class PruningCriterionSpecs : IDisposable
{
    private static readonly Network s_network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 16);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Criteria => [.. PruningCriteria.All.Select(criterion => criterion.Name)];

    [Fact]
    public void By_layer_every_array_keeps_the_same_share_of_its_largest_scores()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            using var scope = NewDisposeScope();
            var random = new RandomStream(seed, "layers");
            using WeightSet weights = RandomNetworks.Weights(RandomNetworks.Graph(random), random);
            using Mask before = RandomNetworks.Mask(weights, random);
            long now = before.KeptCount,
                kept = 1 + random.NextInt((int)now);
            using Mask after = PruningCriteria.LayerMagnitude.Keep(new PruningMoment(weights, before, random), kept);
            Assert.Equal(kept, after.KeptCount);
            float[] values = weights.Values.data<float>().ToArray();
            bool[] already = before.Pruned.data<bool>().ToArray(),
                pruned = after.Pruned.data<bool>().ToArray();
            foreach (Parameter p in before.Prunable)
            {
                Assert.InRange(
                    after.Kept(p),
                    Math.Floor((double)kept * before.Kept(p) / now),
                    Math.Ceiling((double)kept * before.Kept(p) / now)
                );
                int[] all = [.. Enumerable.Range((int)weights.Layout.Offset(p), p.Count)];
                Assert.Equal(
                    all.Where(i => !already[i]).OrderByDescending(i => Math.Abs(values[i])).ThenBy(i => i).Take((int)after.Kept(p)).Order(),
                    all.Where(i => !pruned[i])
                );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Criteria))]
    public void Rounds_keep_the_largest_scores_of_the_network_before_them_and_go_on_as_they_would_have(string name)
    {
        IPruningCriterion criterion = PruningCriteria.Of(name);
        IReadOnlyList<PrunedNetwork> whole = Prune(criterion, _folder["whole"], [0.5, 0.75]),
            first = Prune(criterion, _folder["parts"], [0.5]),
            rest = Prune(criterion, _folder["parts"], [0.5, 0.75]);
        Assert.Equal([0.5, 0.75], whole.Select(result => Math.Round(result.Mask.Sparsity, 2)));
        Assert.True(first[0].Mask.BitEquals(whole[0].Mask));
        Assert.True(rest[1].Mask.BitEquals(whole[1].Mask));
        Assert.True(rest[1].Weights.BitEquals(whole[1].Weights));

        // The second round by hand: its scores, and a sort.
        using var scope = NewDisposeScope();
        using TrainingData data = Data();
        var moment = new PruningMoment(
            whole[0].Weights,
            whole[0].Mask,
            new RandomStream(0, "A.prune.round-02.criterion"),
            criterion.NeedsImages ? data.Matching : null
        );
        double[] scores = criterion.Scores(moment).to(ScalarType.Float64).data<double>().ToArray();
        bool[] before = whole[0].Mask.Pruned.data<bool>().ToArray(),
            after = whole[1].Mask.Pruned.data<bool>().ToArray();
        ParameterLayout layout = whole[0].Weights.Layout;
        IEnumerable<IEnumerable<Parameter>> compared =
            criterion.Scope == PruningScope.Layer ? whole[0].Mask.Prunable.Select(p => new[] { p }) : [whole[0].Mask.Prunable];
        foreach (IEnumerable<Parameter> arrays in compared)
        {
            int[] places = [.. arrays.SelectMany(p => Enumerable.Range((int)layout.Offset(p), p.Count)).Where(i => !before[i])];
            int kept = places.Count(i => !after[i]);
            Assert.Equal(places.OrderByDescending(i => scores[i]).ThenBy(i => i).Take(kept).Order(), places.Where(i => !after[i]));
        }
        if (name != "magnitude")
            Assert.False(whole[0].Mask.BitEquals(Prune(PruningCriteria.Magnitude, null, [0.5])[0].Mask));
    }

    [Fact]
    public void Without_another_word_it_is_magnitude()
    {
        Assert.Same(PruningCriteria.Magnitude, new PruningOptions().Criterion);
        PrunedNetwork usual = Prune(new PruningOptions().Criterion, null, [0.5])[0];
        using WeightSet dense = Dense();
        using Mask all = Mask.Dense(dense.Layout, PrunableSet.NoShortcuts.Of(s_network)),
            expected = GlobalMagnitude.Prune(dense, all, usual.Round.Kept);
        Assert.True(usual.Mask.BitEquals(expected));
    }

    [Fact]
    public void Fisher_pruning_is_half_the_weight_squared_times_the_mean_squared_gradient_of_single_images()
    {
        using var scope = NewDisposeScope();
        using WeightSet weights = Dense();
        using Mask mask = RandomNetworks.Mask(weights, new RandomStream(0, "mask"));
        using TrainingData data = Data();
        Tensor scores = Fisher.Scores(weights, mask, data.Matching, new RandomStream(0, "images"), 20);
        using WeightSet masked = weights.Masked(mask);
        Tensor[] arrays = [.. s_network.Parameters.Select(p => masked[p].to(ScalarType.Float64).requires_grad_(true))],
            squares = [.. arrays.Select(array => zeros_like(array).detach())];
        foreach (Batch image in data.Matching.Epoch(new RandomStream(0, "images"), 1).Take(20))
            using (image)
            {
                foreach (Tensor array in arrays)
                    array.grad = null;
                Tensor x = image.Images.flatten(1).to(ScalarType.Float64);
                for (int layer = 0; layer < 3; layer++)
                {
                    x = Functional.linear(x, arrays[2 * layer], arrays[2 * layer + 1]);
                    x = layer < 2 ? x.relu() : x;
                }
                Functional.cross_entropy(x, image.Labels).backward();
                using var guard = no_grad();
                foreach ((Tensor square, Tensor array) in squares.Zip(arrays))
                    square.PlusInPlace(array.grad! * array.grad!);
            }
        foreach ((Parameter p, int i) in s_network.Parameters.Select((p, i) => (p, i)))
        {
            Tensor expected = (arrays[i].detach() * arrays[i].detach() * squares[i]).DividedBy(40);
            double scale = expected.abs().max().item<double>();
            Assert.True((weights.Layout.View(scores, p) - expected).abs().max().item<double>() <= 1e-5 * scale, p.Name);
        }
        Assert.Equal(0, scores.masked_select(mask.Pruned).count_nonzero().item<long>());
        Assert.Contains(
            "257 batches of 1",
            Assert.Throws<InputException>(() => Fisher.Scores(weights, mask, data.Matching, new RandomStream(0, ""), 257)).Message
        );
    }

    [Fact]
    public void Anothers_criterion_scores_arrays_in_pytorchs_shapes()
    {
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask dense = Mask.Dense(weights.Layout, PrunableSet.AllWeights.Of(network));
        using Mask kept = new FirstInputs().Keep(new PruningMoment(weights, dense, new RandomStream(0, "")), dense.KeptCount / 2);
        foreach (Parameter p in dense.Prunable)
        {
            // The score is the place among the inputs, counted from the last: the first inputs stay.
            bool[] prunedInputs =
            [
                .. Enumerable.Range(0, p.Shape[1]).Select(i => weights.Layout.View(kept.Pruned, p).select(1, i).all().item<bool>()),
            ];
            Assert.Equal(prunedInputs.Order(), prunedInputs);
        }
    }

    [Fact]
    public void What_is_no_score_is_refused()
    {
        using WeightSet weights = Dense();
        using Mask dense = Mask.Dense(weights.Layout, PrunableSet.AllWeights.Of(s_network));
        var moment = new PruningMoment(weights, dense, new RandomStream(0, ""));
        Assert.Contains("gave scores of shape [3]", Fault(new Given(_ => ones(3))));
        Assert.Contains("not finite", Fault(new Given(m => m.Weights.Values.Times(double.NaN))));
        Assert.Contains("expected [16,192]", Fault(new Given(m => PruningScores.Flat(m.Weights.Layout, m.Mask.Prunable, _ => ones(2, 2)))));
        Assert.Contains("training images", Fault(PruningCriteria.Snip));
        Assert.Contains("did you mean 'snip'", Assert.Throws<InputException>(() => PruningCriteria.Of("snap")).Message);
        Assert.Throws<ArgumentException>(() => PruningCriteria.Register(new SnipCriterion { Batches = 2 }));

        Prune(PruningCriteria.Magnitude, _folder["magnitude"], [0.5]);
        Assert.Contains(
            "criterion",
            Assert.Throws<InputException>(() => Prune(PruningCriteria.LayerMagnitude, _folder["magnitude"], [0.5])).Message
        );
        Prune(new SnipCriterion(), _folder["snip"], [0.5]);
        Assert.Throws<InputException>(() => Prune(new SnipCriterion { Batches = 2, BatchSize = 64 }, _folder["snip"], [0.5]));

        string Fault(IPruningCriterion criterion) => Assert.Throws<InputException>(() => criterion.Keep(moment, 10)).Message;
    }

    private static IReadOnlyList<PrunedNetwork> Prune(IPruningCriterion criterion, string? folder, double[] targets)
    {
        using WeightSet dense = Dense();
        using TrainingData data = Data();
        var options = new PruningOptions
        {
            RoundFraction = 0.5,
            Criterion = criterion,
            FineTuning = new TrainingOptions
            {
                Epochs = 1,
                BatchSize = 64,
                LearningRate = 0.01,
                Precision = Precision.Float32,
            },
        };
        return new IterativePruning(options, data, folder).Run(dense, targets, 0);
    }

    private static WeightSet Dense() => Initialization.KaimingNormal(s_network, new RandomStream(0, "criteria"));

    private static TrainingData Data() => new(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);

    private sealed record Given(Func<PruningMoment, Tensor> Of) : IPruningCriterion
    {
        public string Name => "given";

        public object Options => new { };

        public bool NeedsImages => false;

        public Tensor Scores(PruningMoment moment) => Of(moment);
    }

    private sealed record FirstInputs : IPruningCriterion
    {
        public string Name => "first-inputs";

        public object Options => new { };

        public bool NeedsImages => false;

        public PruningScope Scope => PruningScope.Layer;

        public Tensor Scores(PruningMoment moment) =>
            PruningScores.Flat(
                moment.Weights.Layout,
                moment.Mask.Prunable,
                p =>
                    Held.Range(p.Shape[1], ScalarType.Float64)
                        .neg()
                        .view([1, p.Shape[1], .. Enumerable.Repeat(1L, p.Shape.Count - 2)])
                        .expand([.. p.Shape.Select(size => (long)size)])
            );
    }
}
