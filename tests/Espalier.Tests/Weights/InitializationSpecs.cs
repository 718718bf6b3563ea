using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Weights;

/// <summary>What networks begin with has the moments of He et al. (2015). Seeds are fixed: a test passes always or never.</summary>
public class InitializationSpecs
{
    private const double Deviations = 5; // of the estimate

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Weights_are_normal_with_mean_0_and_variance_2_by_fan_in(long seed)
    {
        foreach (Network network in Networks())
        {
            using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(seed, "A.init"));
            foreach (Parameter p in network.Parameters.Where(p => p.IsWeight))
            {
                int fanIn = p.Shape.Skip(1).Aggregate(1, (product, size) => product * size); // channels in × window
                double[] unit = [.. Values(start, p).Select(value => value * Math.Sqrt(fanIn / 2.0))];
                AssertMoment(0, 1, unit, z => z, p);
                AssertMoment(1, 2, unit, z => z * z, p);
                AssertMoment(3, 96, unit, z => z * z * z * z, p); // and not those of a uniform distribution
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Biases_are_uniform_within_one_by_the_root_of_fan_in_and_the_rest_is_neutral(long seed)
    {
        foreach (Network network in Networks())
        {
            using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(seed, "A.init"));
            foreach (Parameter p in network.Parameters.Concat(network.Buffers).Where(p => !p.IsWeight))
            {
                double[] values = Values(start, p);
                if (p.Kind != ParameterKind.Bias)
                    Assert.All(
                        values,
                        value => Assert.Equal(p.Kind is ParameterKind.NormWeight or ParameterKind.RunningVariance ? 1 : 0, value)
                    );
                else
                {
                    Parameter weight = network.Parameters.Single(other => other.Node == p.Node && other.IsWeight);
                    double bound = 1 / Math.Sqrt(weight.Shape.Skip(1).Aggregate(1, (product, size) => product * size));
                    double[] unit = [.. values.Select(value => value / bound)];
                    Assert.All(unit, value => Assert.InRange(value, -1.0001, 1.0001));
                    AssertMoment(0, 1 / 3.0, unit, u => u, p);
                    AssertMoment(1 / 3.0, 4 / 45.0, unit, u => u * u, p);
                }
            }
        }
    }

    private static IEnumerable<Network> Networks() =>
        [
            Mlp.Build(Shape.Maps(1, 14, 14), 10, depth: 2, width: 128),
            ResNet20.Build(Shape.Maps(3, 16, 16), 10, blocks: 1),
            TrainedPair.Mixed,
        ];

    private static double[] Values(WeightSet weights, Parameter p) =>
        [.. weights[p].reshape(-1).data<float>().ToArray().Select(value => (double)value)];

    /// <param name="expected">Mean of what is averaged.</param>
    /// <param name="variance">Variance of it.</param>
    /// <param name="values">Drawn.</param>
    /// <param name="of">What is averaged.</param>
    /// <param name="p">For the message.</param>
    private static void AssertMoment(double expected, double variance, double[] values, Func<double, double> of, Parameter p)
    {
        double found = values.Average(of),
            size = Deviations * Math.Sqrt(variance / values.Length);
        Assert.True(Math.Abs(found - expected) <= size, $"{p.Name}: {found} instead of {expected} ± {size}");
    }
}
