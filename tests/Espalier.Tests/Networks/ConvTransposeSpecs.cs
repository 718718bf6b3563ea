using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Networks;

/// <summary>Transposed convolutions, whose weights have their output units second.</summary>
public sealed class ConvTransposeSpecs : IDisposable
{
    private const int In = 3,
        Out = 5;

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<ConvTranspose> Attributes =>
        [
            new ConvTranspose(Out, 3),
            new ConvTranspose(Out, 2, 2, Bias: true),
            new ConvTranspose(Out, 3, 2, 1, 1),
            new ConvTranspose(Out, new Extent(3, 2), new Extent(2, 1), new Extent(1, 0), new Extent(0, 1), true, new Extent(1, 3)),
            new ConvTranspose(Out, 1, 3, 0, 2),
        ];

    [Theory]
    [MemberData(nameof(Attributes))]
    public void Every_input_is_spread_over_its_window(ConvTranspose op)
    {
        const int Height = 4,
            Width = 3;
        using WeightSet weights = Draw(op, Height, Width);
        Network network = weights.Network;
        Shape output = network.Shapes[1];
        Tensor images = RandomNetworks.Images(network, 1, new RandomStream(1, "transposed")).to(ScalarType.Float64);
        double[] x = Doubles(images),
            y = Doubles(weights.Logits(images)),
            w = Doubles(weights[network.Parameters[0]]),
            bias = op.Bias ? Doubles(weights[network.Parameters[1]]) : new double[Out];
        double[] expected = [.. Enumerable.Range(0, Out * output.Positions).Select(i => bias[i / output.Positions])];
        for (int i = 0; i < In * Height * Width; i++)
        for (int o = 0; o < Out; o++)
        for (int a = 0; a < op.Kernel.Height; a++)
        for (int b = 0; b < op.Kernel.Width; b++)
        {
            int row = i / Width % Height * op.Stride.Height - op.Padding.Height + a * op.Dilation.Height,
                column = i % Width * op.Stride.Width - op.Padding.Width + b * op.Dilation.Width;
            if (row < 0 || row >= output.Height || column < 0 || column >= output.Width)
                continue;
            int at = ((i / (Width * Height) * Out + o) * op.Kernel.Height + a) * op.Kernel.Width + b;
            expected[(o * output.Height + row) * output.Width + column] += x[i] * w[at];
        }
        Assert.All(expected.Zip(y), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(
            (long)In * Out * op.Kernel.Height * op.Kernel.Width * Height * Width,
            network.Parameters[0].Count * network.UsesPerWeight(network.Parameters[0])
        );
    }

    [Fact]
    public void A_file_holds_inputs_first_and_is_read_back_to_the_bit()
    {
        using WeightSet weights = Draw(new ConvTranspose(Out, new Extent(2, 3), 2), 4, 4);
        Parameter p = weights.Network.Parameters[0];
        Assert.Equal([In, Out, 2, 3], p.Shape);
        Assert.Equal((1, Out), (p.UnitAxis, p.Units));
        Tensor flat = Held.Range(weights.Layout.Length, ScalarType.Float32);
        Assert.True(
            ParameterLayout.InStorageOrder(weights.Layout.View(flat, p), p).equal(weights.Layout.Slice(flat, p)).all().item<bool>()
        );
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            WeightsFile.Write(path, weights);
            using WeightSet read = WeightsFile.Read(path);
            Assert.True(read.BitEquals(weights));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_counts_by_unit_counts_along_the_second_axis()
    {
        using WeightSet weights = Draw(new ConvTranspose(Out, 3, 2), 4, 4);
        Parameter p = weights.Network.Parameters[0];
        using Mask even = ConstantFanIn.Random(weights.Layout, [p], 50, new RandomStream(2, "mask"));
        Assert.All(Kept(even, 1), count => Assert.Equal(10, count));
        Assert.Equal(Kept(even, 1), even.KeptOfUnits(p).data<long>().ToArray());
        using Mask random = RandomNetworks.Mask(weights, new RandomStream(3, "mask"));
        long[] kept = Kept(random, 1);
        Assert.Contains(kept, count => count != kept[0]);

        using WeightSet rescaled = FanInRescaling.Apply(weights, random),
            masked = weights.Masked(random);
        Tensor factors = tensor([.. kept.Select(m => (float)Math.Sqrt(In * 9.0 / m))]).view(1, -1, 1, 1);
        Assert.True(allclose(masked[p].mul(factors), rescaled[p]));

        Tensor scaling = weights.Layout.View(GradientScaling.Factors(random), p);
        float[] expected = [.. kept.Select(m => (float)Math.Sqrt(m / kept.Average()))];
        Assert.True(allclose(tensor(expected).view(1, -1, 1, 1).expand(scaling.shape), scaling));

        using Mask all = Mask.Dense(weights.Layout, [p]);
        using Mask oneOfThree = NmMagnitude.Prune(weights, all, 1, 3);
        Tensor ofInputs = oneOfThree.Layout.View(oneOfThree.Pruned, p).logical_not().sum([0L]);
        Assert.True(ofInputs.eq(Held.One).all().item<bool>());

        using WeightSet half = weights.Copy();
        half[p].index_fill_(1, tensor([1L, 3L]), Held.Zero);
        using WeightSet noInput = weights.Copy();
        noInput[p].index_fill_(0, tensor([0L]), Held.Zero);
        Assert.Equal(2, LayerDifference.Of(p, half.Read(p), weights.Read(p)).DeadA);
        Assert.Equal(0, LayerDifference.Of(p, noInput.Read(p), weights.Read(p)).DeadA);

        long[] Kept(Mask mask, int axis) =>
            [.. mask.Layout.View(mask.Pruned, p).logical_not().sum([0, 2, 3]).data<long>().ToArray().Take(p.Shape[axis])];
    }

    [Fact]
    public void Kaiming_keeps_the_size_of_what_passes_a_rectifier()
    {
        // Kernel 4 at stride 2 reaches every position from a quarter of the kernel.
        var b = new NetworkBuilder("n", 64, 12, 12);
        b.Chain(0, ("op", new ConvTranspose(64, 4, 2, 1)), ("flatten", new Flatten()));
        Network network = b.Build();
        Assert.Equal(64 * 16 / 4, network.Parameters[0].FanIn);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "init"));
        Tensor images = RandomNetworks.Images(network, 2, new RandomStream(1, "images")).relu();
        Tensor inside = weights.Logits(images).view(2, 64, 24, 24)[.., .., 2..22, 2..22];
        Assert.Equal(2 * Held.Square(images).mean().item<float>(), Held.Square(inside).mean().item<float>(), 0.1);
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void A_network_with_one_is_trained_and_its_mask_holds(Precision precision)
    {
        var b = new NetworkBuilder("n", 3, 8, 8);
        b.Chain(
            0,
            ("down", new Conv(6, 3, 2, 1)),
            ("f", new Relu()),
            ("up", new ConvTranspose(4, 3, 2, 1, 1)),
            ("bn", new BatchNorm()),
            ("f2", new Relu()),
            ("pool", new GlobalAveragePool()),
            ("flatten", new Flatten()),
            ("head", new Linear(4))
        );
        using WeightSet start = Initialization.KaimingNormal(b.Build(), new RandomStream(0, "A"));
        using Mask mask = RandomNetworks.Mask(start, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, precision, CPU);
        var options = new TrainingOptions
        {
            Epochs = 4,
            BatchSize = 32,
            LearningRate = 0.05,
            Precision = precision,
        };
        TrainingResult result = new Trainer(options, data).Train(new TrainingRun(start, mask, 7, "data"));
        using WeightSet final = result.Final;
        Assert.Equal(0, final.Values.masked_select(mask.Pruned).count_nonzero().item<long>());
        Parameter up = start.Network.Parameters.Single(p => p.Kind == ParameterKind.ConvTransposeWeight);
        Assert.True((final[up] - start.Masked(mask)[up]).norm().item<float>() > 1e-2);
    }

    public void Dispose() => _scope.Dispose();

    private static WeightSet Draw(ConvTranspose op, int height, int width)
    {
        var b = new NetworkBuilder("n", In, height, width);
        b.Chain(0, ("op", op), ("flatten", new Flatten()));
        return RandomNetworks.Weights(b.Build(), new RandomStream(0, "transposed"));
    }

    private static double[] Doubles(Tensor values) => values.to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
