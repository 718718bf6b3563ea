using Espalier.Data;

namespace Espalier.Pruning;

/// <summary>The training images that weights are scored on before training.</summary>
internal static class ScoredImages
{
    /// <summary>Refuses no batches, and more than there are images for.</summary>
    /// <param name="method">By the name that a message says.</param>
    /// <param name="images">What there are.</param>
    /// <param name="batches">Batches asked for.</param>
    /// <param name="batchSize">Images of each.</param>
    /// <exception cref="InputException">It is one of both.</exception>
    public static void MustSuffice(string method, BatchSource images, int batches, int batchSize)
    {
        if (batches < 1 || (long)batches * batchSize > images.Count)
            throw new InputException(
                $"{method} cannot take {Counted.Of(batches, "batch", "batches")} of {batchSize} of "
                    + $"{Counted.Of(images.Count, "training image")}; expected at least 1 batch, and no more images than there are."
            );
    }
}
