using static TorchSharp.torch;

namespace Espalier.Data;

/// <summary>Images and labels of one step. Whoever takes it from the source disposes of it.</summary>
/// <param name="Images">[N, C, H, W] with channels-last memory, normalised.</param>
/// <param name="Labels">[N], int64.</param>
public readonly record struct Batch(Tensor Images, Tensor Labels) : IDisposable
{
    private readonly int _others;

    /// <summary>Images of the whole batch, of which these may be one rank's.</summary>
    public int Whole
    {
        get => Count + _others;
        init => _others = value - Count;
    }

    /// <summary>Number of images.</summary>
    public int Count => (int)Labels.shape[0];

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
