using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Networks;

/// <summary>What operations compute, against their formulas written out as loops in float64.</summary>
public class OperationSpecs
{
    public static TheoryData<Operation, Func<double, double>> Functions =>
        new()
        {
            { new Relu6(), x => Math.Clamp(x, 0, 6) },
            { new LeakyRelu(0.2), x => x > 0 ? x : 0.2 * x },
            { new Silu(), x => x / (1 + Math.Exp(-x)) },
            { new HardSwish(), x => x * Math.Clamp(x + 3, 0, 6) / 6 },
            { new Sigmoid(), x => 1 / (1 + Math.Exp(-x)) },
            { new HardSigmoid(), x => Math.Clamp(x + 3, 0, 6) / 6 },
            { new Tanh(), Math.Tanh },
            { new Identity(), x => x },
            { new Dropout(), x => x },
        };

    public static TheoryData<Operation> Windows =>
        [
            new MaxPool(3, 2, 1),
            new MaxPool(3, 2, 1, CeilMode: true),
            new MaxPool(2, new Extent(1, 2), 0, new Extent(2, 1)),
            new AveragePool(3, 2, 1),
            new AveragePool(3, 2, 1, CountPadding: false),
            new AveragePool(new Extent(2, 3), new Extent(2, 1)),
            new Conv(4, new Extent(3, 2), new Extent(1, 2), new Extent(2, 1), Dilation: new Extent(2, 1)),
            new Conv(6, 3, 1, 1, Groups: 2),
            new Conv(4, 3, 2, 1, Groups: 4),
            new Conv(8, 1, Groups: 4),
        ];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_of_each_value_is_its_formula(Operation operation, Func<double, double> formula)
    {
        using var scope = NewDisposeScope();
        (double[] x, double[] y, _) = Run(operation, 4, 5, 6);
        Assert.All(x.Zip(y), pair => Assert.Equal(formula(pair.First), pair.Second, 1e-12));
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void A_window_sees_what_its_attributes_say(Operation operation)
    {
        using var scope = NewDisposeScope();
        (double[] x, double[] y, WeightSet weights) = Run(operation, 4, 7, 6);
        Shape output = weights.Network.Shapes[1];
        (Extent kernel, Extent stride, Extent padding, Extent dilation) = operation switch
        {
            Conv op => (op.Kernel, op.Stride, op.Padding, op.Dilation),
            MaxPool op => (op.Kernel, op.Stride, op.Padding, op.Dilation),
            AveragePool op => (op.Kernel, op.Stride, op.Padding, (Extent)1),
            _ => throw new InvalidOperationException(),
        };
        double[] w = operation is Conv ? Doubles(weights[weights.Network.Parameters[0]]) : [];
        int groups = operation is Conv { Groups: var count } ? count : 1,
            seen = operation is Conv ? 4 / groups : 1;
        for (int c = 0; c < output.Channels; c++)
        for (int i = 0; i < output.Height; i++)
        for (int j = 0; j < output.Width; j++)
        {
            double sum = 0,
                most = double.NegativeInfinity;
            int inside = 0;
            for (int s = 0; s < seen; s++)
            for (int a = 0; a < kernel.Height; a++)
            for (int b = 0; b < kernel.Width; b++)
            {
                int row = i * stride.Height - padding.Height + a * dilation.Height,
                    column = j * stride.Width - padding.Width + b * dilation.Width;
                if (row is < 0 or >= 7 || column is < 0 or >= 6)
                    continue;
                int from = operation is Conv ? c / (output.Channels / groups) * seen + s : c;
                double value = x[(from * 7 + row) * 6 + column];
                most = Math.Max(most, value);
                inside++;
                sum += operation is Conv ? value * w[((c * seen + s) * kernel.Height + a) * kernel.Width + b] : value;
            }
            double expected = operation switch
            {
                MaxPool => most,
                AveragePool { CountPadding: false } => sum / inside,
                AveragePool => sum / (kernel.Height * kernel.Width),
                _ => sum,
            };
            Assert.Equal(expected, y[(c * output.Height + i) * output.Width + j], 1e-12);
        }
    }

    public static TheoryData<Operation, int, int> Sizes =>
        new()
        {
            { new Upsample(2), 14, 12 },
            { new Upsample(new Extent(1, 3)), 7, 18 },
            { new Upsample(Size: new Extent(10, 5)), 10, 5 },
            { new Upsample(2, Mode: Upsampling.Bilinear), 14, 12 },
            { new Upsample(new Extent(3, 1), Mode: Upsampling.Bilinear), 21, 6 },
            { new Upsample(Size: new Extent(9, 4), Mode: Upsampling.Bilinear), 9, 4 },
        };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_map_of_another_size_holds_the_nearest_values_or_means_of_four(Operation operation, int height, int width)
    {
        using var scope = NewDisposeScope();
        (double[] x, double[] y, WeightSet weights) = Run(operation, 2, 7, 6);
        Assert.Equal(Shape.Maps(2, height, width), weights.Network.Shapes[1]);
        bool between = ((Upsample)operation).Mode == Upsampling.Bilinear;
        for (int c = 0; c < 2; c++)
        for (int i = 0; i < height; i++)
        for (int j = 0; j < width; j++)
        {
            double expected = 0;
            foreach ((int row, double share) in Seen(i, height, 7))
            foreach ((int column, double part) in Seen(j, width, 6))
                expected += share * part * x[(c * 7 + row) * 6 + column];
            Assert.Equal(expected, y[(c * height + i) * width + j], 1e-12);
        }

        // Of one axis: which positions are seen, and how much of each.
        IEnumerable<(int, double)> Seen(int at, int to, int from)
        {
            if (!between)
                return [(at * from / to, 1)];
            double centre = Math.Max(0, (at + 0.5) * from / to - 0.5);
            int first = (int)centre;
            return [(first, 1 - (centre - first)), (Math.Min(from - 1, first + 1), centre - first)];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Attention_is_its_formula_head_by_head(int heads)
    {
        using var scope = NewDisposeScope();
        const int Units = 4,
            Tokens = 5;
        (double[] x, double[] y, _) = Run(new Attention(heads), 3 * Units, Tokens, 1);
        int size = Units / heads;
        double At(int part, int unit, int token) => x[(part * Units + unit) * Tokens + token];
        for (int head = 0; head < heads; head++)
        for (int token = 0; token < Tokens; token++)
        {
            double[] shares =
            [
                .. Enumerable
                    .Range(0, Tokens)
                    .Select(other =>
                        Math.Exp(Enumerable.Range(head * size, size).Sum(unit => At(0, unit, token) * At(1, unit, other)) / Math.Sqrt(size))
                    ),
            ];
            for (int unit = head * size; unit < (head + 1) * size; unit++)
                Assert.Equal(
                    shares.Select((share, other) => share * At(2, unit, other)).Sum() / shares.Sum(),
                    y[unit * Tokens + token],
                    1e-12
                );
        }
    }

    [Fact]
    public void Sums_and_products_stretch_sizes_of_one()
    {
        using var scope = NewDisposeScope();
        foreach (Operation operation in new Operation[] { new Add(), new Multiply() })
        {
            var b = new NetworkBuilder("n", 3, 4, 5);
            int mean = b.Then("mean", new GlobalAveragePool(), 0);
            int joined = b.Then("join", operation, mean, 0, 0);
            b.Then("flatten", new Flatten(), joined);
            Network network = b.Build();
            using WeightSet weights = RandomNetworks.Weights(network, new RandomStream(0, "join"));
            Tensor images = RandomNetworks.Images(network, 2, new RandomStream(1, "join")).to(ScalarType.Float64);
            Tensor means = images.mean([2, 3], keepdim: true);
            Tensor expected = operation is Add ? means.Plus(images).Plus(images) : means.mul(images).mul(images);
            Assert.True(allclose(expected.flatten(1), weights.Logits(images)));
        }
    }

    /// <summary>Input and output of an operation on one image, and the weights.</summary>
    private static (double[] X, double[] Y, WeightSet Weights) Run(Operation operation, int channels, int height, int width)
    {
        var b = new NetworkBuilder("n", channels, height, width);
        b.Chain(0, ("op", operation), ("flatten", new Flatten()));
        Network network = b.Build();
        var random = new RandomStream(0, "operation");
        WeightSet weights = RandomNetworks.Weights(network, random);
        Tensor images = RandomNetworks.Images(network, 1, random).to(ScalarType.Float64).Times(3);
        return (Doubles(images), Doubles(weights.Logits(images)), weights);
    }

    private static double[] Doubles(Tensor values) => values.to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
