using Espalier.Collectives;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Tests.Collectives;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Tests.Execution;

/// <summary>Batch-norm over the images of all ranks is batch-norm of one process that has them.</summary>
public sealed class SynchronizedBatchNormSpecs
{
    private const double Momentum = 0.3,
        Epsilon = 1e-3;

    private static readonly BatchNorm s_affine = new(Epsilon, Momentum),
        s_plain = s_affine with { Affine = false };

    [Theory]
    [InlineData("float64 maps", 1e-12)]
    [InlineData("float64 features", 1e-12)]
    [InlineData("float64 plain", 1e-12)]
    [InlineData("float32 maps", 1e-5)]
    [InlineData("bfloat16 maps", 2e-2)]
    public void Results_gradients_and_running_statistics_are_those_of_the_whole_batch_however_it_is_cut(string kind, double tolerance)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, double[]> expected = Of(kind, null, 0, 11);
        foreach (int[] cut in new int[][] { [11], [5, 6], [1, 7, 3], [2, 2, 6, 1] })
        {
            Dictionary<string, double[]>[] parts = Together.Run(
                cut.Length,
                ranks => Of(kind, ranks, cut.Take(ranks.Rank).Sum(), cut[ranks.Rank])
            );
            foreach (string name in expected.Keys)
            {
                double[] found = name switch
                {
                    "y" or "x" => [.. parts.SelectMany(part => part[name])], // each rank has its own images'
                    "weight" or "bias" => [.. Enumerable.Range(0, expected[name].Length).Select(i => parts.Sum(part => part[name][i]))],
                    _ => parts[0][name],
                };
                double largest = expected[name].Max(Math.Abs),
                    difference = expected[name].Zip(found, (a, b) => Math.Abs(a - b)).Max();
                Assert.True(difference <= tolerance * largest, $"{name} of {string.Join('+', cut)}: {difference} of {largest}");
            }
            Assert.All(parts, part => Assert.Equal(parts[0]["mean"], part["mean"]));
            Assert.All(parts, part => Assert.Equal(parts[0]["variance"], part["variance"]));
        }
    }

    [Theory]
    [InlineData(1)] // in the forward pass
    [InlineData(2)]
    public void A_wire_that_fails_is_told_after_the_backward_pass_and_ends_no_process(int call)
    {
        using var scope = NewDisposeScope();
        using var norm = new SynchronizedBatchNorm(new Broken(call));
        Tensor x = Values(4, 0).requires_grad_(true);
        var fault = Assert.Throws<InputException>(() =>
        {
            Tensor y = norm.Run(x, zeros(3), ones(3), null, null, s_plain);
            norm.Run(y, zeros(3), ones(3), null, null, s_plain).sum().backward();
            norm.EndBackward();
        });
        Assert.Equal("The wire is cut.", fault.Message);
        norm.EndBackward(); // it was told
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        long[] left = Together.Run(
            2,
            ranks =>
            {
                Of("float32 maps", ranks, 0, 5);
                long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
                for (int step = 0; step < 20; step++)
                    Of("float32 maps", ranks, 0, 5);
                return DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount - before;
            }
        );
        Assert.Equal([0, 0], left);
    }

    /// <summary>What a rank has of y, of the gradients of Σ y² c, and of running statistics; without ranks by libtorch's own.</summary>
    private static Dictionary<string, double[]> Of(string kind, ICollective? ranks, int first, int count)
    {
        using var scope = NewDisposeScope();
        ScalarType type = kind.Split(' ')[0] switch
        {
            "float64" => ScalarType.Float64,
            "float32" => ScalarType.Float32,
            _ => ScalarType.BFloat16,
        };
        ScalarType master = type == ScalarType.Float64 ? type : ScalarType.Float32;
        bool isFeatures = kind.EndsWith("features", StringComparison.Ordinal),
            isPlain = kind.EndsWith("plain", StringComparison.Ordinal);
        Tensor whole = Values(11, 0),
            factors = Values(11, 1);
        if (isFeatures)
            (whole, factors) = (whole.select(3, 0).select(2, 0), factors.select(3, 0).select(2, 0));
        Tensor x = whole.narrow(0, first, count).to(type).detach().requires_grad_(true),
            weight = tensor(new[] { 1.5, -0.5, 0.25 }).to(master).requires_grad_(true),
            bias = tensor(new[] { 0.1, 0.2, 0.3 }).to(master).requires_grad_(true),
            mean = tensor(new[] { 1.0, 2.0, 3.0 }).to(master),
            variance = tensor(new[] { 4.0, 5.0, 6.0 }).to(master);
        Tensor? w = isPlain ? null : weight,
            b = isPlain ? null : bias;
        using var norm = ranks is null ? null : new SynchronizedBatchNorm(ranks);
        Tensor y =
            norm?.Run(x, mean, variance, w, b, isPlain ? s_plain : s_affine)
            ?? Functional.batch_norm(x, mean, variance, w, b, training: true, Momentum, Epsilon);
        Assert.Equal(type, y.dtype);
        Tensor wide = y.to(ScalarType.Float64);
        wide.mul(wide).mul(factors.narrow(0, first, count)).sum().backward();
        norm?.EndBackward();
        var found = new Dictionary<string, double[]>
        {
            ["y"] = Numbers(y),
            ["x"] = Numbers(x.grad!),
            ["mean"] = Numbers(mean),
            ["variance"] = Numbers(variance),
        };
        if (!isPlain)
            (found["weight"], found["bias"]) = (Numbers(weight.grad!), Numbers(bias.grad!));
        foreach (Tensor leaf in new[] { x, weight, bias })
            leaf.grad?.Dispose();
        return found;
    }

    private static double[] Numbers(Tensor values) => values.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();

    /// <summary>[images, 3, 2, 4], channels last in memory, far from a mean of 0.</summary>
    private static Tensor Values(int images, int seed)
    {
        var random = new Random(seed);
        double[] values = [.. Enumerable.Range(0, images * 2 * 4 * 3).Select(i => random.NextDouble() * (1 + i % 3) + 3 * (i % 3))];
        return tensor(values, [images, 2, 4, 3]).permute(0, 3, 1, 2);
    }

    /// <summary>Fails at one call.</summary>
    private sealed class Broken(int at) : ICollective
    {
        private int _calls;

        public int Rank => 0;

        public int Size => 2;

        public string Wire => "none";

        public void AllReduceSum(Tensor values)
        {
            if (_calls++ == at)
                throw new InputException("The wire is cut.");
        }

        public void Broadcast(Tensor values) { }

        public byte[][] Gather(ReadOnlySpan<byte> own) => [own.ToArray(), own.ToArray()];

        public void Barrier() { }

        public void Abort(string reason) { }

        public void Dispose() { }
    }
}
