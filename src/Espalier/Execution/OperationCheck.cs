using Espalier.Randomness;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Execution;

/// <summary>An operation on a device beside the same in float64 on the CPU.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Difference">Largest |device − CPU|, divided by the largest |CPU|; not a number where the device computed none.</param>
/// <param name="Tolerance">What rounding explains, with room.</param>
public sealed record OperationCheck(string Name, double Difference, double Tolerance)
{
    /// <summary>Of float32, whose rounding in sums of 144 to 2304 products gives 5e-7 to 8e-7 on a CPU.</summary>
    public const double Float32Tolerance = 2e-5;

    /// <summary>Of TF32, which has ten bits of a fraction, and of bfloat16, which has seven.</summary>
    public const double Tf32Tolerance = 4e-3,
        BFloat16Tolerance = 4e-2;

    private const int Count = 8,
        Channels = 16,
        Side = 12,
        Filters = 24,
        Classes = 10;

    /// <summary>Whether the device gives the CPU's number.</summary>
    public bool Holds => Difference <= Tolerance;

    /// <summary>
    /// Tries what every training needs: convolution, batch-norm, linear layer, their gradients, and bfloat16, also with scales of float32.
    /// </summary>
    /// <param name="device">Where.</param>
    /// <param name="tf32">Whether float32 products may be TF32's there.</param>
    public static IReadOnlyList<OperationCheck> All(Device device, bool tf32 = false)
    {
        using var scope = NewDisposeScope();
        ComputeThreads.Enter();
        double tolerance = tf32 ? Tf32Tolerance : Float32Tolerance;
        return
        [
            Of("convolution", device, ScalarType.Float32, tolerance, Convolution),
            Of("batch-norm", device, ScalarType.Float32, tolerance, t => BatchNorm(t.Images)),
            Of("linear", device, ScalarType.Float32, tolerance, t => Functional.linear(t.Images.flatten(1), t.Matrix, null)),
            Of("backward", device, ScalarType.Float32, tolerance, Gradients),
            Of("convolution in bf16", device, ScalarType.BFloat16, BFloat16Tolerance, Convolution),
            Of(
                "linear in bf16",
                device,
                ScalarType.BFloat16,
                BFloat16Tolerance,
                t => Functional.linear(t.Images.flatten(1), t.Matrix, null)
            ),
            Of("norms in bf16", device, ScalarType.BFloat16, BFloat16Tolerance, ImageNorms),
        ];
    }

    private static OperationCheck Of(string name, Device device, ScalarType type, double tolerance, Func<Terms, Tensor> compute)
    {
        Tensor exact = compute(Terms.Make(CPU, ScalarType.Float64)),
            here = HostRead.Whole(compute(Terms.Make(device, type))).to(ScalarType.Float64);
        double largest = HostRead.Item<double>(exact.abs().max()),
            difference = HostRead.Item<double>(exact.Minus(here).abs().max());
        return new OperationCheck(name, difference / largest, tolerance);
    }

    private static Tensor Convolution(Terms t) => Functional.conv2d(t.Images, t.Kernel, null, [1, 1], [1, 1], [1, 1], 1);

    private static Tensor BatchNorm(Tensor x) => Functional.batch_norm(x, null!, null!, null, null, training: true);

    /// <summary>Scales and shifts keep all digits, whatever images have.</summary>
    private static Tensor ImageNorms(Terms t)
    {
        ScalarType exact = t.Images.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        Tensor scale = t.Head[0].narrow(0, 0, Channels).to(exact),
            shift = t.Head[1].narrow(0, 0, Channels).to(exact);
        return ChannelNorms
            .Group(t.Images, 4, scale, shift, 1e-5)
            .Plus(ChannelNorms.Layer(t.Images.permute(0, 2, 3, 1), scale, shift, 1e-5).permute(0, 3, 1, 2));
    }

    /// <summary>Of a small network's loss, with respect to its kernel and its last layer.</summary>
    private static Tensor Gradients(Terms t)
    {
        Tensor kernel = t.Kernel.detach().requires_grad_(true),
            matrix = t.Head.detach().requires_grad_(true);
        Tensor features = BatchNorm(Functional.conv2d(t.Images, kernel, null, [1, 1], [1, 1], [1, 1], 1)).relu().mean([2, 3]);
        Functional.cross_entropy(Functional.linear(features, matrix, null), t.Labels).backward();
        return cat([kernel.grad!.flatten(), matrix.grad!.flatten()]);
    }

    /// <summary>
    /// Numbers that need all digits of float32, so that a coarser format shows; channels lie last in memory, as in a training.
    /// </summary>
    private sealed record Terms(Tensor Images, Tensor Kernel, Tensor Matrix, Tensor Head, Tensor Labels)
    {
        public static Terms Make(Device device, ScalarType type)
        {
            var random = new RandomStream(0, "operations");
            Tensor Draw(params long[] shape)
            {
                float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
                for (int i = 0; i < values.Length; i++)
                    values[i] = (random.NextInt(1 << 24) - (1 << 23)) / (float)(1 << 23);
                return tensor(values, shape).to(type, device);
            }
            Tensor images = Draw(Count, Side, Side, Channels).permute(0, 3, 1, 2),
                kernel = Draw(Filters, 3, 3, Channels).permute(0, 3, 1, 2);
            long[] labels = [.. Enumerable.Range(0, Count).Select(i => (long)(i % Classes))];
            return new Terms(images, kernel, Draw(Classes, Channels * Side * Side), Draw(Classes, Filters), tensor(labels).to(device));
        }
    }
}
