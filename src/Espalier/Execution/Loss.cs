using Espalier.Runtime;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Execution;

/// <summary>
/// What is differentiated (<see cref="Differentiation"/>): one number of a batch. It is computed from logits and taps by tensor operations,
/// whose intermediate results are freed for whoever writes one.
/// </summary>
/// <remarks>
/// Numbers in tensor operations are a trap of TorchSharp's: <c>logits / 200</c> wraps the number in an object that the garbage collector
/// may finalize while the native code reads it, and a wrong number comes of it now and then. Hold it: <c>using Scalar held = 200;</c>, then
/// <c>logits.div(held)</c>.
/// </remarks>
/// <param name="outputs">Logits [N, classes] and the taps that were asked for, with what their gradients need.</param>
/// <param name="labels">[N], int64.</param>
/// <returns>One number: [].</returns>
public delegate Tensor Loss(Activations outputs, Tensor labels);

/// <summary>Losses that are often wanted.</summary>
public static class Losses
{
    /// <summary>Mean cross-entropy over the batch, in nats: what is trained.</summary>
    public static Loss CrossEntropy { get; } = (outputs, labels) => Mean(outputs.Logits, labels);

    /// <summary>The same of logits that are divided by a temperature first.</summary>
    /// <param name="temperature">More than 0 and less than 1000000.</param>
    /// <exception cref="InputException">It is not.</exception>
    public static Loss CrossEntropyAt(double temperature) =>
        temperature is > 0 and < 1e6
            ? (outputs, labels) => Mean(outputs.Logits.DividedBy(temperature), labels)
            : throw new InputException($"A temperature of {temperature} is impossible; expected more than 0 and less than 1000000.");

    private static Tensor Mean(Tensor logits, Tensor labels)
    {
        ComputeThreads.Enter();
        return Functional.cross_entropy(logits, labels);
    }
}
