using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>Masks chosen where the weights are, and masks that a rule of somebody else's chooses on the host.</summary>
public class DeviceMaskSpecs
{
    [Theory]
    [InlineData("rigl")]
    [InlineData("set")]
    [InlineData("gmp")]
    [InlineData("ac-dc")]
    public void A_rule_chooses_on_the_device_what_it_chooses_on_the_host(string name)
    {
        using WeightSet there = Train(ThirdStep.Rule(name), out Mask maskThere),
            here = Train(new OnHost(ThirdStep.Rule(name)), out Mask maskHere);
        Assert.True(there.BitEquals(here));
        Assert.True(maskThere.BitEquals(maskHere));
    }

    [Theory]
    [InlineData("rigl")]
    [InlineData("gmp")]
    public void What_could_not_be_ranked_is_said_at_the_next_look(string name)
    {
        using var scope = NewDisposeScope();
        using WeightSet start = Initialization.KaimingNormal(TinyTraining.Network, new RandomStream(0, "A"));
        using Mask mask = Mask.Dense(start.Layout, PrunableSet.AllWeights.Of(start.Network));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        using var step = new TrainingStep(start, mask, new TrainingOptions { Precision = Precision.Float32 }, CPU);
        step.State.CheckMask();
        using Tensor nothing = zeros(3);
        using (no_grad())
            step.State.Values.narrow(0, 0, 3).copy_(nothing.div(nothing));
        using (Batch batch = data.Train.InOrder(16).First())
            step.Run(batch, 0.1, null, new DueUpdate(ThirdStep.Rule(name), 3, 16, new RandomStream(0, "m")));
        Assert.Contains("not finite", Assert.Throws<InputException>(() => step.State.CheckMask()).Message);
    }

    private static WeightSet Train(IMaskUpdate rule, out Mask mask)
    {
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask first = UniformDensity.Random(start.Layout, PrunableSet.NoShortcuts.Of(network), 3000, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 32,
            LearningRate = 0.05,
            Precision = Precision.Float32,
            ScaleGradients = true,
        };
        TrainingResult result = new Trainer(options, data).Train(new TrainingRun(start, first, 0, "data") { Updates = rule });
        mask = result.Mask!;
        return result.Final;
    }

    /// <summary>A rule as somebody else may write one: it sees the host alone.</summary>
    private sealed record OnHost(IMaskUpdate Inner) : IMaskUpdate
    {
        public string Rule => Inner.Rule;

        public bool TakesStep => Inner.TakesStep;

        public bool IsDue(long step, long steps) => Inner.IsDue(step, steps);

        public bool ResetsMomentum(long step, long steps) => Inner.ResetsMomentum(step, steps);

        public Mask Next(MaskMoment moment) => Inner.Next(moment);

        public long KeptAfter(Mask start, long step, long steps) => Inner.KeptAfter(start, step, steps);

        public void MustFit(long steps) => Inner.MustFit(steps);
    }
}
