using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>HAM's multiplication of all weights after a step (<see cref="HamOptions"/>).</summary>
internal sealed class HamStep : IDisposable
{
    private const double Bound = 5;

    private readonly HamOptions _options;
    private readonly Tensor _weights; // float32 [P]

    public HamStep(HamOptions options, ParameterLayout layout, Device device) =>
        (_options, _weights) = (options, WeightPlaces.Of(layout, device));

    /// <summary>w ← w · exp(η (−α sign(w) ∇ − β)).</summary>
    /// <param name="values">After the step: [P], changed in place.</param>
    /// <param name="gradient">Of the loss before it: [P], used up.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="descent">−η on the device, [1], which then counts; null where the host tells it.</param>
    public void Run(Tensor values, Tensor gradient, double learningRate, Tensor? descent = null)
    {
        using var scope = NewDisposeScope();
        double told = descent is null ? -learningRate : 1;
        using Scalar slope = Held.Number(_options.Alpha * told),
            decay = Held.Number(_options.Beta * told),
            most = Held.Number(Bound),
            least = Held.Number(-Bound);
        gradient.mul_(values.sign()).mul_(slope).add_(_weights, decay);
        if (descent is not null)
            gradient.mul_(descent);
        values.mul_(gradient.clamp_(least, most).mul_(_weights).exp_());
    }

    public void Dispose() => _weights.Dispose();
}
