using Espalier.Weights;

namespace Espalier.Training;

/// <summary>What is trained, from where, and what its random numbers are called.</summary>
/// <param name="Start">Weights at epoch 0 of this run.</param>
/// <param name="Mask">In force from the start, and throughout unless there are <see cref="Updates"/>; null for dense training.</param>
/// <param name="Seed">The one seed of the whole experiment.</param>
/// <param name="DataStream">Name of the batch order, such as <c>A.data</c>; runs that share it see the same batches.</param>
public sealed record TrainingRun(WeightSet Start, Mask? Mask, long Seed, string DataStream)
{
    /// <summary>
    /// How the mask changes; null for a mask that stays as it is. An update in step t draws from the stream <c>DataStream.mask</c>, t.
    /// </summary>
    public IMaskUpdate? Updates { get; init; }
}
