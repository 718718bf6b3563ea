using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static Espalier.Tests.Execution.DifferentiatedNetworks;
using static TorchSharp.torch;

namespace Espalier.Tests.Execution;

/// <summary>Activations and gradients as values: whose they are, how long they live, and what is refused.</summary>
public sealed class GradientOwnershipSpecs
{
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
        try
        {
            for (int i = 0; i < 100; i++)
            {
                using LossGradients again = differentiation.Of(batch);
                Assert.True(again.OfMask.bytes.SequenceEqual(first.OfMask.bytes));
                Assert.Equal(first.Loss, again.Loss);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await collector;
        }
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
}
