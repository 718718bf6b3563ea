using Espalier.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>
/// The fixed images on which unit statistics are computed. All pass through a network together, layer by layer: so each layer's statistics
/// are exact given those of the layers before it, in a single pass. Memory is that of a few layers' activations of all images.
/// </summary>
public sealed class StatisticsImages : IDisposable
{
    /// <summary>How many are enough for the networks here: 1,000 images give at least 1,000 samples of every unit.</summary>
    public const int UsualCount = 1000;

    /// <summary>Takes the first images of a set.</summary>
    /// <param name="source">Plain training images; its device and type decide where and how statistics are computed.</param>
    /// <param name="count">How many; at least 2.</param>
    /// <exception cref="InputException">Fewer than 2 images, or more than there are.</exception>
    public StatisticsImages(BatchSource source, int count = UsualCount)
    {
        if (source.Count < 2)
            throw new InputException($"Unit statistics need at least 2 images; there is {Counted.Of(source.Count, "image")}.");
        if (count < 2 || count > source.Count)
            throw new InputException($"Unit statistics on {Counted.Of(count, "image")} are impossible; expected 2 to {source.Count}.");
        using Batch batch = source.InOrder(count).First();
        Images = batch.Images.alias().DetachFromDisposeScope();
    }

    /// <summary>[N, C, H, W].</summary>
    internal Tensor Images { get; }

    /// <summary>How many.</summary>
    public int Count => (int)Images.shape[0];

    /// <summary>Frees them.</summary>
    public void Dispose() => Images.Dispose();
}
