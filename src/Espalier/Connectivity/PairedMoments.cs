using Espalier.Execution;
using Espalier.Networks;
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
        var sums = nodes.ToDictionary(node => node, node => new Sums(network.Shapes[node].Channels));
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

    /// <summary>Sums of values, squares and products, float64.</summary>
    private sealed class Sums(int units)
    {
        private readonly double[] _x = new double[units],
            _y = new double[units],
            _xx = new double[units],
            _yy = new double[units],
            _xy = new double[units];
        private double _count;

        public void Add(Tensor first, Tensor second)
        {
            using var scope = NewDisposeScope();
            Tensor x = Units(first),
                y = Units(second);
            _count += x.shape[1];
            foreach ((double[] sum, Tensor values) in new[] { (_x, x), (_y, y), (_xx, x * x), (_yy, y * y), (_xy, x * y) })
            {
                double[] found = [.. values.sum(1).cpu().data<double>()];
                for (int unit = 0; unit < units; unit++)
                    sum[unit] += found[unit];
            }
        }

        public PairedMoments Moments()
        {
            double[] Means(double[] sum) => [.. sum.Select(value => value / _count)];
            double[] x = Means(_x),
                y = Means(_y),
                xx = Means(_xx),
                yy = Means(_yy),
                xy = Means(_xy);
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
