using Espalier.Networks;
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
    /// <returns>[N, classes], float32; of float64 images float64, computed in it throughout. In the caller's dispose scope.</returns>
    /// <exception cref="InputException">The images have another shape than the network takes.</exception>
    public static Tensor Logits(this WeightSet weights, Tensor images)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using NodeArrays arrays = NodeArrays.Of(weights, images.device, images.dtype);
        return new ForwardPass(weights.Network).Run(arrays, images, training: false).MoveToOuterDisposeScope();
    }

    /// <summary>Logits, and the outputs of named nodes, in evaluation mode.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="images">[N, C, H, W]; its device and type decide where and how it is computed.</param>
    /// <param name="taps">Names of nodes of the network's description.</param>
    /// <returns>Dispose of it after use.</returns>
    /// <exception cref="InputException">The images have another shape than the network takes, or it has no such node.</exception>
    public static Activations Activations(this WeightSet weights, Tensor images, params IReadOnlyList<string> taps)
    {
        int[] nodes = [.. taps.Select(weights.Network.NodeNamed)];
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using NodeArrays arrays = NodeArrays.Of(weights, images.device, images.dtype);
        var outputs = new Dictionary<int, Tensor>();
        Tensor logits = new ForwardPass(weights.Network, nodes).Run(
            arrays,
            images,
            training: false,
            (node, output) => outputs[node] = output
        );
        return new Activations(weights.Network, logits, outputs).Detached();
    }
}
