using Espalier.Randomness;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// A rule that chooses where the weights are: nothing of them comes to the host, and nobody waits. It must choose what
/// <see cref="IMaskUpdate.Next"/> chooses on the CPU, weight by weight.
/// </summary>
internal interface IDeviceMaskUpdate : IMaskUpdate
{
    /// <returns>
    /// Bool [P]: what is pruned from here on; and how many of the numbers that decided were not finite, int64 [], of which the training
    /// hears when it reads next. Both in the caller's dispose scope.
    /// </returns>
    (Tensor Pruned, Tensor Broken) Next(DeviceMoment moment);
}

/// <summary>Where a training is when its mask changes, on its device; all tensors are read only.</summary>
/// <param name="Start">The mask that the training began with: its layout, its prunable arrays, how many weights they kept.</param>
/// <param name="Pruned">Bool [P], in force until now.</param>
/// <param name="Values">Float32 [P], exactly zero where pruned.</param>
/// <param name="Gradient">As of <see cref="MaskMoment"/>.</param>
/// <param name="Step">The step that the update falls in, from 1.</param>
/// <param name="Steps">Steps of the whole training.</param>
/// <param name="Random">This update's own stream.</param>
internal sealed record DeviceMoment(Mask Start, Tensor Pruned, Tensor Values, Tensor? Gradient, long Step, long Steps, RandomStream Random);
