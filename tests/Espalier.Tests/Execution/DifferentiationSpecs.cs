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

    [Fact]
    public void Taps_are_the_nodes_outputs_and_change_no_bit()
    {
        using var scope = NewDisposeScope();
        Network network = Of("mlp");
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Tensor images = RandomNetworks.Images(network, 6, new RandomStream(0, "images"));
        string[] all = [.. network.Nodes.Select(node => node.Name)];
        using Activations found = weights.Activations(images, all);
        Assert.Equal(all, found.Taps);
        Assert.True(found.Logits.equal(weights.Logits(images)).all().item<bool>());
        Assert.True(found[all[^1]].equal(found.Logits).all().item<bool>());
        Assert.True(found[all[0]].equal(images).all().item<bool>());
        Tensor x = images.flatten(1);
        foreach (Parameter p in network.Parameters.Where(p => p.IsWeight))
        {
            Tensor bias = weights[network.Parameters.Single(b => b.Node == p.Node && b.Kind == ParameterKind.Bias)];
            x = x.mm(weights[p].t()).Plus(bias);
            Assert.True((found[network.Nodes[p.Node].Name] - x).abs().max().item<float>() < 1e-5);
            x = x.relu();
            if (p.Node + 1 < network.Nodes.Count)
                Assert.True((found[network.Nodes[p.Node + 1].Name] - x).abs().max().item<float>() < 1e-5);
        }
    }

    [Fact]
    public void Results_outlive_scopes_and_say_when_they_do_not_live_any_more()
    {
        Network network = Of("mlp");
        WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = RandomNetworks.Mask(weights, new RandomStream(0, "mask"));
        using Batch batch = Images(network);
        string tap = Tap(network);
        var differentiation = new Differentiation(weights, mask, tap);
        LossGradients found;
        Activations outputs;
        using (NewDisposeScope())
        using (no_grad())
        {
            found = differentiation.Of(batch);
            outputs = weights.Activations(batch.Images, tap);
        }
        Assert.Equal(weights.Layout.Length, found.OfWeights.abs().numel());
        Assert.Equal(found.Outputs[tap].shape, outputs[tap].shape);
        Assert.False(found.OfWeights.requires_grad || found.Outputs.Logits.requires_grad);

        found.Dispose();
        outputs.Dispose();
        differentiation.Dispose();
        weights.Dispose();
        foreach (
            Action use in new Action[]
            {
                () => _ = found.OfWeights,
                () => _ = found.OfMask,
                () => _ = found.OfActivation(tap),
                () => _ = found.Outputs.Logits,
                () => _ = outputs[tap],
                () => differentiation.Of(batch),
                () => weights.Logits(batch.Images),
                () => weights.Copy(),
                () => weights.Masked(mask),
            }
        )
            Assert.Contains("disposed of", Assert.Throws<ObjectDisposedException>(use).Message);
        mask.Dispose();
        Assert.Contains("disposed of", Assert.Throws<ObjectDisposedException>(mask.Copy).Message);
    }

    [Fact]
    public void Nothing_of_a_call_is_left_behind()
    {
        Network network = Of("residual");
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Batch batch = Images(network);
        string tap = Tap(network);
        using var differentiation = new Differentiation(weights, null, tap) { Loss = OfBoth(tap) };
        using Tensor direction = ones(weights.Layout.Length);
        Once();
        DisposeScopeManager.Statistics.Reset();
        Once();
        Assert.Equal(0, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Once()
        {
            differentiation.Of(batch).Dispose();
            differentiation.HessianProduct(batch, direction).Dispose();
            weights.Activations(batch.Images, tap).Dispose();
        }
    }

    [Fact]
    public async Task A_garbage_collection_beside_it_changes_no_bit()
    {
        Network network = Of("mlp");
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Batch batch = Images(network);
        using var differentiation = new Differentiation(weights, null, Tap(network)) { Loss = Losses.CrossEntropyAt(200) };
        using LossGradients first = differentiation.Of(batch);
        using var stop = new CancellationTokenSource();
        Task collector = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        for (int i = 0; i < 100; i++)
        {
            using LossGradients again = differentiation.Of(batch);
            Assert.True(again.OfMask.bytes.SequenceEqual(first.OfMask.bytes));
            Assert.Equal(first.Loss, again.Loss);
        }
        await stop.CancelAsync();
        await collector;
    }

    [Fact]
    public void What_cannot_be_differentiated_is_refused()
    {
        Network network = Of("mlp"),
            other = Of("residual");
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A")),
            others = Initialization.KaimingNormal(other, new RandomStream(0, "A"));
        using Mask mask = RandomNetworks.Mask(others, new RandomStream(0, "mask"));
        using Batch batch = Images(network);
        string tap = Tap(network);
        using Tensor longer = ones(weights.Layout.Length + 1);
        Assert.Contains(
            "did you mean 'relu",
            Assert.Throws<InputException>(() => new Differentiation(weights, null, tap[..^1] + "x")).Message
        );
        Assert.Contains("belongs to", Assert.Throws<InputException>(() => new Differentiation(weights, mask)).Message);
        Assert.Contains("was not asked for", Fault((outputs, _) => outputs[tap].sum()));
        Assert.Contains("the shape [6]", Fault((outputs, _) => outputs.Logits.sum(1)));
        Assert.Contains("does not depend", Fault((outputs, _) => outputs.Logits.detach().sum()));
        Assert.Contains(
            $"expected [{weights.Layout.Length}]",
            Assert.Throws<InputException>(() => new Differentiation(weights).HessianProduct(batch, longer)).Message
        );
        Assert.Throws<InputException>(() => Losses.CrossEntropyAt(0));

        // What gradients need is written over: the engine's own refusal, and the process goes on.
        Loss spoilt = (outputs, _) =>
        {
            Tensor rising = outputs.Logits.exp(),
                loss = rising.sum();
            rising.mul_(rising);
            return loss;
        };
        using var spoiling = new Differentiation(weights) { Loss = spoilt };
        using Tensor direction = ones(weights.Layout.Length);
        Assert.ThrowsAny<Exception>(() => spoiling.Of(batch));
        Assert.ThrowsAny<Exception>(() => spoiling.HessianProduct(batch, direction));

        string Fault(Loss loss)
        {
            using var differentiation = new Differentiation(weights) { Loss = loss };
            return Assert.Throws<InputException>(() => differentiation.Of(batch)).Message;
        }
    }

    private static Network Of(string name) =>
        name switch
        {
            "mlp" => Mlp.Build(Shape.Maps(3, 8, 8), 3, depth: 2, width: 8),
            "residual" => ResNet20.Build(Shape.Maps(3, 8, 8), 3, blocks: 1),
            _ => RandomNetworks.Graph(new RandomStream(int.Parse(name.Split(' ')[1], null), "graph")),
        };

    /// <summary>A nonlinearity in the middle.</summary>
    private static string Tap(Network network)
    {
        Node[] all = [.. network.Nodes.Where(node => node.Operation is Relu)];
        return all[all.Length / 2].Name;
    }

    private static Batch Images(Network network)
    {
        var random = new RandomStream(0, "images");
        return new(
            RandomNetworks.Images(network, 6, random).to(ScalarType.Float64),
            tensor([.. Enumerable.Range(0, 6).Select(_ => (long)random.NextInt(3))])
        );
    }

    /// <summary>No unit loses all of its weights: one that is exactly zero would stand at a rectifier's kink.</summary>
    private static Mask EveryThird(WeightSet weights)
    {
        IReadOnlyList<Parameter> prunable = PrunableSet.AllWeights.Of(weights.Network);
        bool[] pruned = new bool[weights.Layout.Length];
        foreach (Parameter p in prunable)
            for (int i = 2; i < p.Count / p.Units; i += 3)
            for (int unit = 0; unit < p.Units; unit++)
                pruned[weights.Layout.Offset(p) + unit * (p.Count / p.Units) + i] = true;
        return new Mask(weights.Layout, prunable, tensor(pruned));
    }

    /// <summary>Of length 1.</summary>
    private static Tensor Direction(long[] shape, RandomStream random)
    {
        Tensor all = tensor(Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => random.NextNormal()).ToArray());
        return all.div(all.norm()).view(shape);
    }

    /// <summary>Of logits and of a tap.</summary>
    private static Loss OfBoth(string tap) =>
        (outputs, labels) => Losses.CrossEntropy(outputs, labels).Plus(outputs[tap].mul(outputs[tap]).mean().Times(0.3));

    private static double LossAt(Network network, WeightSet weights, Tensor w, Batch batch, string tap, bool byBatch)
    {
        using var guard = no_grad();
        using var inner = NewDisposeScope();
        int node = network.Nodes.Select((known, i) => (known.Name, i)).First(known => known.Name == tap).i;
        using NodeArrays arrays = NodeArrays.Of(weights.Layout, w, w, weights.Statistics.to(ScalarType.Float64));
        Tensor seen = zeros(1, ScalarType.Float64);
        Tensor logits = new ForwardPass(network, [node]).Run(arrays, batch.Images, byBatch, (_, output) => seen = output.clone());
        Tensor right = logits.log_softmax(1).gather(1, batch.Labels.unsqueeze(1)).mean();
        return 0.3 * (seen * seen).mean().item<double>() - right.item<double>();
    }

    private static void Near(double expected, double found) =>
        Assert.InRange(found, expected - 2e-6 * (1 + Math.Abs(expected)), expected + 2e-6 * (1 + Math.Abs(expected)));
}
