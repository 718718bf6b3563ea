using System.Reflection;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Weights;

/// <summary>Values of the library cannot be changed by those who use it.</summary>
public class ImmutabilitySpecs
{
    [Theory]
    [InlineData(typeof(WeightSet))]
    [InlineData(typeof(Mask))]
    [InlineData(typeof(Permutation))]
    [InlineData(typeof(ImageSet))]
    [InlineData(typeof(Network))]
    public void No_property_gives_what_can_be_written_to(Type type)
    {
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            Assert.False(property.PropertyType.IsArray || property.PropertyType == typeof(Tensor), $"{type.Name}.{property.Name}");
            Assert.True(property.SetMethod is not { IsPublic: true }, $"{type.Name}.{property.Name}");
        }
    }

    [Fact]
    public void What_is_read_of_weights_is_a_copy_in_the_order_of_torch()
    {
        using WeightSet weights = Initialization.KaimingNormal(
            Models.Build("resnet20:blocks=1", Shape.Maps(3, 8, 8), 4),
            new RandomStream(0, "A")
        );
        foreach (Parameter p in weights.Network.Parameters.Concat(weights.Network.Buffers))
        {
            float[] read = weights.Read(p);
            using var scope = NewDisposeScope();
            Assert.Equal(weights[p].flatten().data<float>().ToArray(), read);
            Array.Fill(read, 7);
            Assert.NotEqual(read, weights.Read(p));
        }
    }

    [Fact]
    public void A_permutation_keeps_its_entries_when_what_it_was_made_of_changes()
    {
        PermutationGroups groups = PermutationGroups.Of(Models.Build("mlp:width=4", Shape.Maps(1, 2, 2), 3));
        int[][] sources = [.. groups.Groups.Select(group => Enumerable.Range(0, group.Units).ToArray())];
        var permutation = new Permutation(groups, sources);
        (sources[0][0], sources[0][1]) = (1, 0);
        Assert.True(permutation.IsIdentity);
        Assert.False(permutation.Sources[0] is int[]);
    }

    [Fact]
    public void A_rule_that_writes_to_what_it_is_shown_changes_no_training()
    {
        WeightSet honest = Train(new Rule(Vandal: false)),
            vandal = Train(new Rule(Vandal: true));
        Assert.True(honest.BitEquals(vandal));
    }

    [Fact]
    public void Images_augmented_otherwise_than_a_training_says_are_refused()
    {
        using var data = new TrainingData(TinyImages.Make(), Augmentation.Standard, Precision.Float32, CPU);
        using WeightSet start = Initialization.KaimingNormal(Models.Build("mlp:width=8", Shape.Maps(3, 8, 8), 4), new RandomStream(0, "A"));
        var options = new TrainingOptions { Epochs = 1, Precision = Precision.Float32 };
        InputException fault = Assert.Throws<InputException>(() =>
            new Trainer(options, data).Train(new TrainingRun(start, null, 0, "data"))
        );
        Assert.Contains("CropPadding", fault.Message, StringComparison.Ordinal);
    }

    private static WeightSet Train(IMaskUpdate rule)
    {
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        using WeightSet start = Initialization.KaimingNormal(Models.Build("mlp:width=8", Shape.Maps(3, 8, 8), 4), new RandomStream(0, "A"));
        using Mask mask = Mask.Dense(start.Layout, PrunableSet.AllWeights.Of(start.Network));
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 32,
            Precision = Precision.Float32,
        };
        return new Trainer(options, data).Train(new TrainingRun(start, mask, 0, "data") { Updates = rule }).Final;
    }

    private sealed record Rule(bool Vandal) : IMaskUpdate
    {
        string IMaskUpdate.Rule => "of a test";

        public bool TakesStep => true;

        public bool IsDue(long step, long steps) => step % 3 == 0;

        public Mask Next(MaskMoment moment)
        {
            if (Vandal)
            {
                moment.Values.zero_();
                moment.Gradient!.zero_();
            }
            return moment.Mask.Copy();
        }

        public long KeptAfter(Mask start, long step, long steps) => start.KeptCount;

        public void MustFit(long steps) { }
    }
}
