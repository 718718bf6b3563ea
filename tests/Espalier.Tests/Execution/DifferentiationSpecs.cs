using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static Espalier.Tests.Execution.DifferentiatedNetworks;
using static TorchSharp.torch;

namespace Espalier.Tests.Execution;

/// <summary>Gradients and Hessian products of losses of one's own, in float64 against differences of the losses themselves.</summary>
public sealed class DifferentiationSpecs
{
    private const double Width = 1e-7;

    public static TheoryData<string, bool> Networks =>
        new()
        {
            { "mlp", true },
            { "residual", true },
            { "residual", false },
            { "random 1", true },
            { "random 4", true },
            { "random 8", false },
        };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Gradients_are_slopes_of_the_loss(string name, bool byBatch)
    {
        using var scope = NewDisposeScope();
        Network network = Of(name);
        using WeightSet weights = RandomNetworks.Weights(network, new RandomStream(0, "A"));
        using Mask mask = EveryThird(weights);
        using Batch batch = Images(network);
        string tap = Tap(network);
        using var differentiation = new Differentiation(weights, mask, tap) { Loss = OfBoth(tap), NormalizesByBatch = byBatch };
        using LossGradients found = differentiation.Of(batch);

        Tensor theta = weights.Values.to(ScalarType.Float64),
            kept = mask.ToFactors(CPU, ScalarType.Float64);
        Assert.Equal(Loss(theta * kept), found.Loss, 1e-12);
        var random = new RandomStream(1, "directions");
        for (int i = 0; i < 5; i++)
        {
            // Along random directions, in which no entry can hide: by w, and by m where w = m ⊙ θ.
            Tensor along = Direction(theta.shape, random),
                step = along.Times(Width);
            double byWeights = (Loss((theta * kept).Plus(step)) - Loss(theta * kept - step)) / (2 * Width),
                byMask = (Loss(theta * kept.Plus(step)) - Loss(theta * (kept - step))) / (2 * Width);
            Near(byWeights, (found.OfWeights * along).sum().item<double>());
            Near(byMask, (found.OfMask * along).sum().item<double>());
        }

        double Loss(Tensor w) => LossAt(network, weights, w, batch, tap, byBatch);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_gradient_by_activations_is_that_of_what_is_added_to_them(string name, bool byBatch)
    {
        using var scope = NewDisposeScope();
        Network network = Of(name);
        using WeightSet weights = RandomNetworks.Weights(network, new RandomStream(0, "A"));
        using Batch batch = Images(network);
        Parameter[] biases = [.. network.Parameters.Where(p => p.Kind is ParameterKind.Bias or ParameterKind.NormBias)];
        string[] shifted = [.. biases.Select(p => network.Nodes[p.Node].Name).Distinct()];
        string input = network.Nodes[0].Name,
            tap = Tap(network);
        using var differentiation = new Differentiation(weights, null, [input, tap, .. shifted])
        {
            Loss = OfBoth(tap),
            NormalizesByBatch = byBatch,
        };
        using LossGradients found = differentiation.Of(batch);

        Assert.NotEmpty(biases);
        foreach (Parameter p in biases)
        {
            // A bias is added to its layer's output at every image and position.
            Tensor at = found.OfActivation(network.Nodes[p.Node].Name),
                summed = at.transpose(0, 1).flatten(1).sum(1);
            Assert.Equal(found.Outputs[network.Nodes[p.Node].Name].shape, at.shape);
            Assert.True((summed - weights.Layout.View(found.OfWeights, p)).abs().max().item<double>() < 1e-12, p.Name);
        }
        var random = new RandomStream(1, "directions");
        Tensor along = Direction(batch.Images.shape, random);
        double slope = (Loss(along.Times(Width)) - Loss(along.Times(-Width))) / (2 * Width);
        Near(slope, (found.OfActivation(input) * along).sum().item<double>());

        double Loss(Tensor added)
        {
            Batch moved = batch with { Images = batch.Images.Plus(added) };
            return LossAt(network, weights, weights.Values.to(ScalarType.Float64), moved, tap, byBatch);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_hessian_product_is_the_change_of_the_gradient_along_its_direction(string name, bool byBatch)
    {
        using var scope = NewDisposeScope();
        Network network = Of(name);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Batch batch = Images(network);
        using var differentiation = new Differentiation(weights) { NormalizesByBatch = byBatch };
        const double Wide = 1e-5;
        var random = new RandomStream(1, "directions");
        Tensor along = Direction([weights.Layout.Length], random),
            other = Direction([weights.Layout.Length], random),
            theta = weights.Values.to(ScalarType.Float64),
            expected = (Slope(theta.Plus(along.Times(Wide))) - Slope(theta - along.Times(Wide))).DividedBy(2 * Wide),
            found = differentiation.HessianProduct(batch, along);
        Assert.InRange((found - expected).abs().max().item<double>() / expected.abs().max().item<double>(), 0, 1e-4);
        // H is symmetric.
        Near((found * other).sum().item<double>(), (differentiation.HessianProduct(batch, other) * along).sum().item<double>());

        Tensor Slope(Tensor at)
        {
            using var inner = NewDisposeScope();
            Tensor values = at.detach().clone().requires_grad_(true);
            using NodeArrays arrays = NodeArrays.Of(weights.Layout, values, values, weights.Statistics.to(ScalarType.Float64));
            Tensor logits = new ForwardPass(network).Run(arrays, batch.Images, byBatch);
            logits.log_softmax(1).gather(1, batch.Labels.unsqueeze(1)).mean().neg().backward();
            return values.grad!.MoveToOuterDisposeScope();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public void The_librarys_grasp_is_a_hessian_product(double temperature)
    {
        using var scope = NewDisposeScope();
        Network network = Of("residual");
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = RandomNetworks.Mask(weights, new RandomStream(0, "mask"));
        using Batch batch = Images(network);
        using var differentiation = new Differentiation(weights, mask) { Loss = Losses.CrossEntropyAt(temperature) };
        using LossGradients found = differentiation.Of(batch);
        Tensor places = zeros_like(found.OfWeights);
        foreach (Parameter p in network.Parameters.Where(p => p.IsWeight))
            weights.Layout.View(places, p).fill_(Held.One);
        places.mul_(mask.ToFactors(CPU, ScalarType.Float64));
        using WeightSet masked = weights.Masked(mask);
        Tensor scores = differentiation.HessianProduct(batch, found.OfWeights * places) * masked.Values * places,
            known = Grasp.Scores(weights, mask, [batch], temperature);
        Assert.True((scores - known).abs().max().item<double>() < 1e-12 * known.abs().max().item<double>());
    }

    private static void Near(double expected, double found) =>
        Assert.InRange(found, expected - 2e-6 * (1 + Math.Abs(expected)), expected + 2e-6 * (1 + Math.Abs(expected)));
}
