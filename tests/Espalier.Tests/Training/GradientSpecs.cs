using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Tests.Training;

/// <summary>Steps against two independent oracles: differences of the loss, and TorchSharp's own modules.</summary>
public class GradientSpecs
{
    public static IEnumerable<TheoryDataRow<int>> Seeds => Enumerable.Range(0, 25).Select(seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_step_of_a_random_graph_goes_down_the_slope_of_the_loss(int seed)
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(seed, "gradient");
        using WeightSet weights = Initialization.KaimingNormal(RandomNetworks.Graph(random), random);
        using Batch batch = new(RandomNetworks.Images(weights.Network, 8, random), tensor([0L, 1, 2, 0, 1, 2, 0, 1]));
        using var step = new TrainingStep(
            weights,
            null,
            new TrainingOptions
            {
                Momentum = 0,
                WeightDecay = 0,
                Precision = Precision.Float32,
            },
            CPU
        );
        step.Run(batch, 1, null);
        Tensor gradient = weights.Values - step.State.Values;
        double norm = gradient.norm().item<float>();
        Assert.True(norm > 1e-3);
        Tensor direction = gradient.DividedBy(norm);
        double Slope(double width) => (Loss(weights, direction, width, batch) - Loss(weights, direction, -width, batch)) / (2 * width);
        // Kinks of relu and max-pool may lie within one width; they do not within all.
        double error = new[] { 1e-2, 3e-3, 1e-3 }.Min(width => Math.Abs(Slope(width) / norm - 1));
        Assert.True(error < 0.02, $"{error} of {norm}");
    }

    [Fact]
    public void Steps_of_a_residual_network_equal_those_of_torch_modules_statistics_included()
    {
        using var scope = NewDisposeScope();
        var b = new NetworkBuilder("residual", 3, 8, 8);
        int stem = b.Chain(0, ("conv1", new Conv(6, 3, 1, 1)), ("bn1", new BatchNorm()), ("relu1", new Relu()));
        int branch = b.Chain(stem, ("conv2", new Conv(6, 3, 1, 1)), ("bn2", new BatchNorm()));
        b.Chain(
            b.Then("add", new Add(), branch, stem),
            ("relu2", new Relu()),
            ("pool", new GlobalAveragePool()),
            ("flatten", new Flatten()),
            ("linear", new Linear(4))
        );
        Network network = b.Build();
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 48,
            LearningRate = 0.05,
            Precision = Precision.Float32,
            Schedule = LearningRateSchedule.CosineByEpochs,
        };
        using WeightSet ours = new Trainer(options, data).Train(new TrainingRun(start, null, 7, "data")).Final;

        var conv1 = nn.Conv2d(3, 6, 3, padding: 1, bias: false);
        var conv2 = nn.Conv2d(6, 6, 3, padding: 1, bias: false);
        var bn1 = nn.BatchNorm2d(6);
        var bn2 = nn.BatchNorm2d(6);
        var linear = nn.Linear(6, 4);
        var pairs = new Dictionary<string, Tensor>
        {
            ["conv1.weight"] = conv1.weight!,
            ["bn1.weight"] = bn1.weight!,
            ["bn1.bias"] = bn1.bias!,
            ["conv2.weight"] = conv2.weight!,
            ["bn2.weight"] = bn2.weight!,
            ["bn2.bias"] = bn2.bias!,
            ["linear.weight"] = linear.weight!,
            ["linear.bias"] = linear.bias!,
        };
        using (no_grad())
            foreach (Parameter p in network.Parameters)
                pairs[p.Name].copy_(start[p]);
        using var optimizer = optim.SGD(pairs.Values.Select(t => (TorchSharp.Modules.Parameter)t), 0.05, momentum: 0.9, weight_decay: 5e-4);
        for (int epoch = 0; epoch < 2; epoch++)
            foreach (Batch batch in data.Train.Epoch(new RandomStream(7, "data", epoch), 48))
                using (batch)
                {
                    foreach (var group in optimizer.ParamGroups)
                        group.LearningRate = epoch == 0 ? 0.05 : 0.025;
                    optimizer.zero_grad();
                    Tensor first = bn1.forward(conv1.forward(batch.Images)).relu();
                    Tensor last = bn2.forward(conv2.forward(first)).Plus(first).relu().mean([2, 3]);
                    Functional.cross_entropy(linear.forward(last), batch.Labels).backward();
                    optimizer.step();
                }
        (pairs["bn1.running_mean"], pairs["bn1.running_var"]) = (bn1.running_mean!, bn1.running_var!);
        (pairs["bn2.running_mean"], pairs["bn2.running_var"]) = (bn2.running_mean!, bn2.running_var!);
        foreach (Parameter p in network.Parameters.Concat(network.Buffers))
            Assert.True((pairs[p.Name] - ours[p]).abs().max().item<float>() < 1e-5, p.Name);
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Pruned_weights_and_their_momentum_are_positive_zero_after_every_step(Precision precision)
    {
        using var scope = NewDisposeScope();
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = RandomNetworks.Mask(start, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, precision, CPU);
        using var step = new TrainingStep(start, mask, new TrainingOptions { Precision = precision }, CPU);
        foreach (Batch batch in data.Train.Epoch(new RandomStream(0, "data"), 64))
        {
            using (batch)
                step.Run(batch, 0.1, null);
            Assert.All(
                step.State.Values.masked_select(mask.Pruned).data<float>().ToArray(),
                value => Assert.Equal(0, BitConverter.SingleToInt32Bits(value))
            );
            Assert.Equal(0, step.State.Velocity.masked_select(mask.Pruned).count_nonzero().item<long>());
            Assert.NotEqual(0, step.State.Velocity.count_nonzero().item<long>());
        }
    }

    private static double Loss(WeightSet weights, Tensor direction, double along, Batch batch)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using NodeArrays arrays = NodeArrays.Of(
            new WeightSet(weights.Layout, weights.Values.Plus(direction.Times(along)), weights.Statistics.clone()),
            CPU,
            ScalarType.Float32
        );
        return Functional
            .cross_entropy(new ForwardPass(weights.Network).Run(arrays, batch.Images, training: true).to(ScalarType.Float64), batch.Labels)
            .item<double>();
    }
}
