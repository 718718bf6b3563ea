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

namespace Espalier.Tests.Pruning;

/// <summary>Criteria of iterative pruning: the library's, and one of another's.</summary>
public sealed class PruningCriterionSpecs : IDisposable
{
    private static readonly Network s_network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 16);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Criteria => [.. PruningCriteria.All.Select(criterion => criterion.Name)];

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
