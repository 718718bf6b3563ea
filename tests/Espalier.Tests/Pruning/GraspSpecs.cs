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

/// <summary>GraSP's scores against differences of gradients in float64, and against a model whose Hessian is written down.</summary>
public class GraspSpecs
{
    [Theory]
    [InlineData("mlp", 1)]
    [InlineData("mlp", 200)]
    [InlineData("residual", 5)]
    [InlineData("random 3", 2)]
    [InlineData("random 8", 2)]
    public void A_score_is_the_weight_times_the_change_of_the_gradient_along_itself(string name, double temperature)
    {
        using var scope = NewDisposeScope();
        Network network = name switch
        {
            "mlp" => Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 8),
            "residual" => ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1),
            _ => RandomNetworks.Graph(new RandomStream(int.Parse(name.Split(' ')[1], null), "graph")),
        };
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = RandomNetworks.Mask(weights, new RandomStream(0, "mask"));
        Batch[] batches = [.. Enumerable.Range(0, 2).Select(i => RandomNetworks.Batch(network, 6, new RandomStream(i, "images")))];
        Tensor scores = Grasp.Scores(weights, mask, batches, temperature);
        Tensor theta = weights.Masked(mask).Values.to(ScalarType.Float64),
            places = zeros_like(theta);
        foreach (Parameter p in network.Parameters.Where(p => p.IsWeight))
            weights.Layout.Slice(places, p).fill_(Held.One);
        places.masked_fill_(mask.Pruned, Held.Zero);

        Tensor along = Gradient(theta) * places;
        const double Width = 1e-5;
        // Hg is how the gradient changes when the weights move along g: a central difference, exact to the square of its width.
        double length = along.norm().item<double>();
        Tensor move = along.Times(Width / length),
            product = (Gradient(theta.Plus(move)) - Gradient(theta - move)).Times(length / (2 * Width)),
            expected = product * theta * places;
        double scale = expected.abs().max().item<double>();
        Assert.True(scale > 0);
        Assert.InRange((scores - expected).abs().max().item<double>() / scale, 0, 1e-5);

        Tensor Gradient(Tensor at)
        {
            using var inner = NewDisposeScope();
            Tensor values = at.detach().clone().requires_grad_(true);
            foreach (Batch batch in batches)
            {
                using NodeArrays arrays = NodeArrays.Of(weights.Layout, values, values, weights.Statistics.to(ScalarType.Float64));
                Tensor logits = new ForwardPass(network).Run(arrays, batch.Images, training: true).DividedBy(temperature);
                Functional.cross_entropy(logits, batch.Labels).DividedBy(2).backward();
            }
            return values.grad!.MoveToOuterDisposeScope();
        }
    }

    [Fact]
    public void Of_a_linear_model_it_is_the_product_with_the_hessian_written_down()
    {
        // One layer, softmax p of z = W x / T: the gradient is (p − y) xᵀ / T, the Hessian's product with V
        // (diag p − p pᵀ) (V x / T) xᵀ / T.
        using var scope = NewDisposeScope();
        var b = new NetworkBuilder("linear", 1, 1, 2);
        b.Chain(0, ("flatten", new Flatten()), ("linear", new Linear(2)));
        Network network = b.Build();
        var layout = new ParameterLayout(network);
        double[] w = [0.5, -1, 0.25, 2],
            x = [1, 2];
        const double T = 2;
        using var weights = new WeightSet(layout, tensor([.. w.Select(value => (float)value), 0f, 0f]), zeros(0));
        using Mask mask = Mask.Dense(layout, PrunableSet.AllWeights.Of(network));
        using Batch batch = new(tensor(x).view(1, 1, 1, 2), tensor([0L]));
        double[] z = [(w[0] + 2 * w[1]) / T, (w[2] + 2 * w[3]) / T];
        double p = 1 / (1 + Math.Exp(z[1] - z[0])); // of the right class
        double[] g = [(p - 1) * x[0] / T, (p - 1) * x[1] / T, (1 - p) * x[0] / T, (1 - p) * x[1] / T];
        double u = (g[0] * x[0] + g[1] * x[1]) / T,
            v = (g[2] * x[0] + g[3] * x[1]) / T,
            first = p * (1 - p) * (u - v) / T;
        double[] product = [first * x[0], first * x[1], -first * x[0], -first * x[1]];
        double[] scores = Grasp.Scores(weights, mask, [batch], T).data<double>().ToArray();
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(w[i] * product[i], scores[i], 1e-12));
        Assert.Equal([0, 0], scores[4..]);
    }

    [Fact]
    public void The_largest_scores_are_kept_exactly_as_many_as_asked_for_and_negative_ones_too()
    {
        using var scope = NewDisposeScope();
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A")),
            before = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask dense = Mask.Dense(weights.Layout, PrunableSet.NoShortcuts.Of(network));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        float[] scores = Grasp.Scores(weights, dense, data.Matching, new RandomStream(0, "grasp"), 2, 64).data<float>().ToArray();
        int[] places = [.. dense.Prunable.SelectMany(p => Enumerable.Range((int)weights.Layout.Offset(p), p.Count))];
        int positive = places.Count(i => scores[i] > 0);
        Assert.InRange(positive, 100, places.Length - 100);
        foreach (int kept in new[] { 1, 100, positive + 50, places.Length })
        {
            using Mask mask = Grasp.Prune(weights, dense, kept, data.Matching, new RandomStream(0, "grasp"), 2, 64);
            Assert.Equal(kept, mask.KeptCount);
            bool[] pruned = mask.Pruned.data<bool>().ToArray();
            Assert.Equal(places.OrderByDescending(i => scores[i]).ThenBy(i => i).Take(kept).Order(), places.Where(i => !pruned[i]));
        }
        Assert.True(weights.BitEquals(before)); // batch-norm statistics too
    }

    [Fact]
    public void What_cannot_be_computed_is_refused()
    {
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 8);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask dense = Mask.Dense(weights.Layout, PrunableSet.AllWeights.Of(network));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        string Fault(int batches, double temperature) =>
            Assert
                .Throws<InputException>(() =>
                    Grasp.Prune(weights, dense, 10, data.Matching, new RandomStream(0, ""), batches, 32, temperature)
                )
                .Message;
        Assert.Contains("256 training images", Fault(9, 1));
        Assert.Contains("0 batches", Fault(0, 1));
        Assert.Contains("temperature 0", Fault(1, 0));
        using var broken = new WeightSet(weights.Layout, weights.Values.Times(double.NaN), weights.Statistics.clone());
        Assert.Contains(
            "not finite",
            Assert.Throws<InputException>(() => Grasp.Prune(broken, dense, 10, data.Matching, new RandomStream(0, ""), 1, 32)).Message
        );
    }
}
