using Espalier.Execution;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>Moments of a layer's units in two networks that see the same images.</summary>
/// <param name="First">In the first.</param>
/// <param name="Second">In the second.</param>
/// <param name="Covariance">[units], of a unit with the same unit of the other network, over images and positions.</param>
public sealed record PairedMoments(UnitMoments First, UnitMoments Second, IReadOnlyList<double> Covariance)
{
    private const int BatchSize = 100;

    /// <summary>Moments of (1 − α)·x₁ + α·x₂: what the variance of averaged units collapses to.</summary>
    public UnitMoments Mixed(double alpha) =>
        new(
            [.. First.Mean.Zip(Second.Mean, (a, b) => (1 - alpha) * a + alpha * b)],
            [
                .. Enumerable
                    .Range(0, Covariance.Count)
                    .Select(unit =>
                        Math.Max(
                            0,
                            (1 - alpha) * (1 - alpha) * First.Variance[unit]
                                + alpha * alpha * Second.Variance[unit]
                                + 2 * alpha * (1 - alpha) * Covariance[unit]
                        )
                    ),
            ]
        );

    /// <summary>Measures some layers of two networks, in one pass of each.</summary>
    /// <param name="first">In evaluation mode.</param>
    /// <param name="second">Of the same graph.</param>
    /// <param name="nodes">The layers.</param>
    /// <param name="images">A fixed set.</param>
    public static IReadOnlyDictionary<int, PairedMoments> Of(
        WeightSet first,
        WeightSet second,
        IReadOnlySet<int> nodes,
        StatisticsImages images
    )
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Network network = first.Network;
        using NodeArrays a = NodeArrays.Of(first, images.Images.device, images.Images.dtype),
            b = NodeArrays.Of(second, images.Images.device, images.Images.dtype);
        var pass = new ForwardPass(network);
        var sums = nodes.ToDictionary(node => node, node => new Sums(network.Shapes[node].Channels, images.Images.device));
        for (long start = 0; start < images.Count; start += BatchSize)
        {
            using var inner = NewDisposeScope();
            Tensor batch = images.Images.narrow(0, start, Math.Min(BatchSize, images.Count - start));
            var seen = new Dictionary<int, Tensor>();
            pass.Run(
                a,
                batch,
                training: false,
                visit: (node, output) =>
                {
                    if (nodes.Contains(node))
                        seen[node] = output.clone();
                }
            );
            pass.Run(
                b,
                batch,
                training: false,
                visit: (node, output) =>
                {
                    if (nodes.Contains(node))
                        sums[node].Add(seen[node], output);
                }
            );
        }
        return sums.ToDictionary(entry => entry.Key, entry => entry.Value.Moments());
    }

    /// <summary>Sums of values, squares and products, float64, where the activations are.</summary>
    private sealed class Sums(int units, Device device)
    {
        private readonly Tensor _sums = zeros(5, units, ScalarType.Float64, device);
        private double _count;

        public void Add(Tensor first, Tensor second)
        {
            using var scope = NewDisposeScope();
            Tensor x = Units(first),
                y = Units(second);
            _count += x.shape[1];
            _sums.PlusInPlace(stack([x.sum(1), y.sum(1), (x * x).sum(1), (y * y).sum(1), (x * y).sum(1)], 0));
        }

        /// <summary>Reads the sums.</summary>
        public PairedMoments Moments()
        {
            double[] sums = HostRead.Values<double>(_sums);
            double[] Means(int row) => [.. sums[(row * units)..((row + 1) * units)].Select(value => value / _count)];
            double[] x = Means(0),
                y = Means(1),
                xx = Means(2),
                yy = Means(3),
                xy = Means(4);
            return new PairedMoments(
                new UnitMoments(x, [.. xx.Select((value, unit) => Math.Max(0, value - x[unit] * x[unit]))]),
                new UnitMoments(y, [.. yy.Select((value, unit) => Math.Max(0, value - y[unit] * y[unit]))]),
                [.. xy.Select((value, unit) => value - x[unit] * y[unit])]
            );
        }

        /// <summary>[units, samples], float64.</summary>
        private static Tensor Units(Tensor activations) => activations.to(ScalarType.Float64).transpose(0, 1).flatten(1);
    }
}
