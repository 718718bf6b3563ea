using static TorchSharp.torch;

namespace Espalier.Data;

/// <summary>Some images and their labels; whoever takes a batch disposes it.</summary>
/// <param name="Images">[N, C, H, W], channels-last in memory.</param>
/// <param name="Labels">[N], int64.</param>
public readonly record struct Batch(Tensor Images, Tensor Labels) : IDisposable
{
    /// <summary>Frees both.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
