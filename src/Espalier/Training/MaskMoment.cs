using Espalier.Randomness;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>Where a training is when its mask changes. All tensors are on the CPU and read only.</summary>
/// <param name="Mask">In force until now.</param>
/// <param name="Values">Float32 [P], exactly zero where pruned.</param>
/// <param name="Gradient">Of the loss by all values, pruned ones too, without weight decay: float32 [P]. Null unless the rule
/// <see cref="IMaskUpdate.TakesStep"/>.</param>
/// <param name="Step">The step that the update falls in, from 1.</param>
/// <param name="Steps">Steps of the whole training.</param>
/// <param name="Random">This update's own stream.</param>
public sealed record MaskMoment(Mask Mask, Tensor Values, Tensor? Gradient, long Step, long Steps, RandomStream Random);

/// <summary>An update that is due in a step.</summary>
internal readonly record struct DueUpdate(IMaskUpdate Rule, long Step, long Steps, RandomStream Random);
