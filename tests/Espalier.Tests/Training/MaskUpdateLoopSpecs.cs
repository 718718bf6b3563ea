using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Tests.Training;

/// <summary>Trainings whose mask changes, against a slow loop of their own.</summary>
public class MaskUpdateLoopSpecs
{
    [Theory]
    [InlineData("rigl", false)]
    [InlineData("rigl", true)]
    [InlineData("set", false)]
    [InlineData("gmp", true)]
    public void A_training_is_that_of_a_slow_loop(string name, bool scale)
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 12);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        IReadOnlyList<Parameter> prunable = PrunableSet.AllWeights.Of(network);
        using Mask mask =
            name == "gmp"
                ? Mask.Dense(start.Layout, prunable)
                : UniformDensity.Random(start.Layout, prunable, 500, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 32,
            LearningRate = 0.05,
            Precision = Precision.Float32,
            ScaleGradients = scale,
        };
        TrainingResult ours = new Trainer(options, data).Train(new TrainingRun(start, mask, 7, "data") { Updates = ThirdStep.Rule(name) });

        Tensor[] weights = [.. network.Parameters.Select(p => start.Masked(mask)[p].detach().clone().requires_grad_(true))],
            momentum = [.. weights.Select(w => zeros_like(w))];
        bool[][] kept = [.. network.Parameters.Select(p => mask.Layout.Slice(mask.Pruned, p).logical_not().data<bool>().ToArray())];
        int step = 0,
            changes = 0;
        for (int epoch = 0; epoch < 2; epoch++)
            foreach (Batch batch in data.Train.Epoch(new RandomStream(7, "data", epoch), 32))
                using (batch)
                {
                    double rate = 0.05 * 0.5 * (1 + Math.Cos(Math.PI * step++ / 16));
                    bool due = step is 3 or 6 or 9; // T_end = 12 is none
                    foreach (Tensor w in weights)
                        w.grad = null;
                    Functional
                        .cross_entropy(
                            Functional.linear(
                                Functional.linear(batch.Images.flatten(1), weights[0], weights[1]).relu(),
                                weights[2],
                                weights[3]
                            ),
                            batch.Labels
                        )
                        .backward();
                    using var guard = no_grad();
                    float[][] gradients = [.. weights.Select(w => w.grad!.data<float>().ToArray())];
                    if (!due || name != "rigl")
                        for (int i = 0; i < weights.Length; i++)
                        {
                            Tensor gradient = weights[i].grad!;
                            int units = (int)weights[i].shape[0],
                                inputs = kept[i].Length / units;
                            if (scale && network.Parameters[i].IsWeight)
                                for (int unit = 0; unit < units; unit++)
                                    gradient[unit]
                                        .TimesInPlace(
                                            Math.Sqrt(
                                                kept[i].Skip(unit * inputs).Take(inputs).Count(k => k)
                                                    * (double)units
                                                    / kept[i].Count(k => k)
                                            )
                                        );
                            momentum[i]
                                .TimesInPlace(0.9)
                                .PlusInPlace(gradient.Plus(weights[i].Times(5e-4)) * tensor(kept[i]).view(weights[i].shape));
                            weights[i].MinusInPlace(momentum[i].Times(rate));
                        }
                    if (!due)
                        continue;
                    changes++;
                    var random = new RandomStream(7, "data.mask", step);
                    float[][] values = [.. weights.Select(w => w.data<float>().ToArray())];
                    if (name == "gmp")
                    {
                        double left = 1 - step / 9.0; // the last change reaches 100
                        int keep = 100 + (int)Math.Round((prunable.Sum(p => p.Count) - 100) * left * left * left);
                        var remaining =
                            from i in new[] { 0, 2 }
                            from j in Enumerable.Range(0, kept[i].Length)
                            where kept[i][j]
                            orderby Math.Abs(values[i][j]) descending
                            select (i, j);
                        HashSet<(int, int)> stay = [.. remaining.Take(keep)];
                        foreach (int i in new[] { 0, 2 })
                            kept[i] = [.. kept[i].Select((_, j) => stay.Contains((i, j)))];
                    }
                    else
                        foreach (int i in new[] { 0, 2 })
                        {
                            int[] active = [.. kept[i].Index().Where(k => k.Item).Select(k => k.Index)];
                            int count = (int)(0.15 * (1 + Math.Cos(Math.PI * step / 12)) * active.Length);
                            int[] remaining = [.. active.OrderByDescending(j => Math.Abs(values[i][j])).Take(active.Length - count)],
                                free = [.. Enumerable.Range(0, kept[i].Length).Except(remaining)];
                            int[] grown =
                                name == "rigl"
                                    ? [.. free.OrderByDescending(j => Math.Abs(gradients[i][j])).Take(count)]
                                    : [.. random.NextOrder(free.Length).Take(count).Select(place => free[place])];
                            Assert.True(i > 0 || grown.Any(j => !kept[i][j]));
                            kept[i] = [.. kept[i].Select((_, j) => remaining.Contains(j) || grown.Contains(j))];
                        }
                    foreach (int i in new[] { 0, 2 })
                    {
                        Tensor factors = tensor(kept[i]).view(weights[i].shape);
                        weights[i].mul_(factors);
                        momentum[i].mul_(factors);
                    }
                }
        Assert.Equal(3, changes);
        foreach ((Parameter p, int i) in network.Parameters.Select((p, i) => (p, i)))
        {
            Assert.Equal(kept[i], ours.Mask!.Layout.Slice(ours.Mask.Pruned, p).logical_not().data<bool>().ToArray());
            Assert.True((weights[i] - ours.Final[p]).abs().max().item<float>() < 1e-5, p.Name);
        }
    }
}
