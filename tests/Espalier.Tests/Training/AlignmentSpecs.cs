using System.Runtime.InteropServices;
using Espalier.Execution;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>No bit depends on where in memory numbers lie: another process, or a resumed training, has them elsewhere.</summary>
public class AlignmentSpecs
{
    [Theory]
    [InlineData(16, Precision.Float32, 1)]
    [InlineData(32, Precision.Float32, 1)]
    [InlineData(48, Precision.Float32, 1)]
    [InlineData(16, Precision.Float32, 2)]
    [InlineData(32, Precision.Float32, 2)]
    [InlineData(48, Precision.Float32, 2)]
    [InlineData(16, Precision.BFloat16, 1)]
    [InlineData(48, Precision.BFloat16, 2)]
    public void A_training_resumed_with_its_memory_elsewhere_ends_in_the_same_bits(int bytes, Precision precision, int threads)
    {
        using IDisposable held = ComputeThreads.Hold(threads);
        using TempFolder whole = new(),
            parts = new();
        using WeightSet uninterrupted = TinyTraining.Run(whole.Path, precision)!;
        Assert.Null(TinyTraining.Run(parts.Path, precision, stopAfter: 1));
        using WeightSet resumed = Elsewhere(bytes, precision, () => TinyTraining.Run(parts.Path, precision))!;
        Assert.True(resumed.BitEquals(uninterrupted));
        Assert.Equal(File.ReadAllBytes(whole["weights.safetensors"]), File.ReadAllBytes(parts["weights.safetensors"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_product_has_the_same_bits_wherever_its_matrices_lie(int threads)
    {
        using IDisposable held = ComputeThreads.Hold(threads);
        using var scope = NewDisposeScope();
        foreach ((int rows, int inner, int columns) in new[] { (48, 192, 96), (128, 784, 256), (17, 33, 200), (1, 256, 10), (64, 1000, 3) })
        {
            Tensor a = Held.Range(rows * inner, ScalarType.Float32).sin().view(rows, inner),
                b = Held.Range(inner * columns, ScalarType.Float32).cos().view(inner, columns);
            Tensor usual = a.mm(b);
            foreach (int values in new[] { 1, 4, 8, 12 })
                Assert.True(
                    Moved(a, values).mm(Moved(b, values)).equal(usual).all().item<bool>(),
                    $"{rows}x{inner}x{columns} moved by {4 * values} bytes"
                );
        }
    }

    /// <summary>
    /// With the buffers of the training moved by so many bytes, and what the allocator gives it moved by blocks that are held meanwhile.
    /// </summary>
    private static WeightSet? Elsewhere(int bytes, Precision precision, Func<WeightSet?> run)
    {
        var held = new List<nint>();
        try
        {
            for (int i = 0; i < 200; i++)
                held.Add(Marshal.AllocHGlobal(bytes + 96 * i));
            for (int i = 0; i < 200; i += 2)
                Marshal.FreeHGlobal(held[i]); // holes of odd sizes, to be filled by what comes
            TrainerState.Displacement.Value = bytes / (precision == Precision.Float32 ? 4 : 2);
            return run();
        }
        finally
        {
            TrainerState.Displacement.Value = 0;
            for (int i = 1; i < 200; i += 2)
                Marshal.FreeHGlobal(held[i]);
        }
    }

    private static Tensor Moved(Tensor matrix, int values)
    {
        Tensor flat = empty(matrix.numel() + values);
        return flat.narrow(0, values, matrix.numel()).copy_(matrix.reshape(-1)).view(matrix.shape);
    }
}
