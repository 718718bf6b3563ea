using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>Where in a flat buffer the weights of convolutions and linear layers are.</summary>
internal static class WeightPlaces
{
    /// <summary>1 at such weights; 0 at biases and normalisations.</summary>
    /// <returns>Float32 [P]; the caller disposes it.</returns>
    public static Tensor Of(ParameterLayout layout, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor places = zeros(layout.Length);
        foreach (Parameter p in layout.Network.Parameters.Where(p => p.IsWeight))
            layout.Slice(places, p).fill_(Held.One);
        return places.to(device).DetachFromDisposeScope();
    }
}
