using Espalier.Execution;
using Espalier.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Execution;

/// <summary>Where a kernel takes one type only, what is bfloat16 is normalised in float32.</summary>
public class ChannelNormSpecs
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void In_float32_a_norm_and_its_gradients_are_as_exact_as_the_mixed_kernels(bool byGroups)
    {
        using var scope = NewDisposeScope();
        using Generator random = new(1);
        Tensor values = randn([6, 12, 5, 7], generator: random).Times(3).Plus(1).to(ScalarType.BFloat16),
            scale = rand([12], generator: random).Plus(0.5),
            shift = randn([12], generator: random),
            given = randn([6, 12, 5, 7], generator: random).to(ScalarType.BFloat16);

        Tensor[] Computed(ScalarType type, ScalarType ofScales, Func<Tensor, Func<Tensor, Tensor>, Tensor> how)
        {
            Tensor x = values.to(type, copy: true).requires_grad_(true),
                w = scale.to(ofScales, copy: true).requires_grad_(true),
                b = shift.to(ofScales, copy: true).requires_grad_(true);
            Tensor result = byGroups
                ? how(x, whole => ChannelNorms.Group(whole, 3, w, b, 1e-5))
                : how(x.permute(0, 2, 3, 1), last => ChannelNorms.Layer(last, w, b, 1e-5)).permute(0, 3, 1, 2);
            result.backward([given.to(type)]);
            Assert.Equal(type, result.dtype);
            return [result, x.grad!, w.grad!, b.grad!];
        }

        Tensor[] exact = Computed(ScalarType.Float64, ScalarType.Float64, (x, norm) => norm(x)),
            mixed = Computed(ScalarType.BFloat16, ScalarType.Float32, (x, norm) => norm(x)),
            apart = Computed(ScalarType.BFloat16, ScalarType.Float32, ChannelNorms.InFloat32);
        for (int i = 0; i < exact.Length; i++)
        {
            double difference = Difference(exact[i], apart[i]);
            double half = 4e-3; // of the last digit: 2⁻⁸
            Assert.True(difference < Math.Max(half, 1.01 * Difference(exact[i], mixed[i])), $"{i}: {difference}");
        }
    }

    private static double Difference(Tensor exact, Tensor other) =>
        exact.Minus(other.to(ScalarType.Float64)).abs().max().item<double>() / exact.abs().max().item<double>();
}
