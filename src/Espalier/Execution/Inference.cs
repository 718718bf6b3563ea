using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Execution;

/// <summary>Runs a trained network.</summary>
public static class Inference
{
    /// <summary>Logits in evaluation mode.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="images">[N, C, H, W]; its device and type decide where and how it is computed.</param>
    /// <returns>[N, classes], float32; of float64 images float64, computed in it throughout.</returns>
    public static Tensor Logits(this WeightSet weights, Tensor images)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using NodeArrays arrays = NodeArrays.Of(weights, images.device, images.dtype);
        return new ForwardPass(weights.Network).Run(arrays, images, training: false).MoveToOuterDisposeScope();
    }
}
