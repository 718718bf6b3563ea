using Espalier.Execution;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Cli.Measuring;

/// <summary>How far a network's logits are from those that another program computed on the same images.</summary>
/// <param name="Images">How many were compared.</param>
/// <param name="LargestRelativeDifference">Of two logits, as a share of the largest of the other program's.</param>
/// <param name="SameClasses">Images whose largest logit is of the same class.</param>
internal sealed record GivenLogits(int Images, double LargestRelativeDifference, int SameClasses)
{
    /// <summary>Roundings of float32 make some 1e-6.</summary>
    public const double Allowed = 1e-4;

    /// <summary>Computes them, on the processor in float32.</summary>
    /// <param name="network">What to compute.</param>
    /// <param name="weights">Its weights: safetensors or a PyTorch checkpoint.</param>
    /// <param name="path">A file of either kind with <c>images</c> [N, C, H, W] and <c>logits</c> [N, classes].</param>
    /// <exception cref="InputException">Either cannot be read, or is of another network, or the logits differ in nothing because all
    /// are 0.</exception>
    public static GivenLogits Of(Network network, string weights, string path)
    {
        TensorFile file = TensorFile.Read(path);
        Shape input = network.InputShape;
        StoredTensor images = Array(file, "images", [input.Channels, input.Height, input.Width]),
            expected = Array(file, "logits", [network.Classes]);
        if (expected.Shape[0] != images.Shape[0] || images.Shape[0] == 0)
            throw new InputException($"{path} holds logits of {expected.Shape[0]} images and {images.Shape[0]} images.");
        using var scope = NewDisposeScope();
        using WeightSet read = WeightsFile.Read(weights, network);
        float[] found = read.Logits(tensor(images.ToFloats()).view([.. images.Shape])).contiguous().data<float>().ToArray(),
            wanted = expected.ToFloats();
        double largest = wanted.Max(value => Math.Abs((double)value));
        if (!(largest > 0) || !double.IsFinite(largest))
            throw new InputException($"{path} holds logits whose largest is {largest}; expected a finite number that isn't 0.");
        int classes = network.Classes;
        return new GivenLogits(
            wanted.Length / classes,
            found.Zip(wanted).Max(both => double.IsNaN(both.First) ? double.PositiveInfinity : Math.Abs((double)both.First - both.Second))
                / largest,
            found.Chunk(classes).Zip(wanted.Chunk(classes)).Count(both => Answer(both.First) == Answer(both.Second))
        );
    }

    private static int Answer(float[] logits) => System.Array.IndexOf(logits, logits.Max());

    private static StoredTensor Array(TensorFile file, string name, long[] each)
    {
        if (!file.Tensors.TryGetValue(name, out StoredTensor? stored))
            throw new InputException($"{file.Path} has no array '{name}'; expected 'images' and 'logits'.");
        return stored.Shape.Skip(1).SequenceEqual(each)
            ? stored
            : throw new InputException(
                $"{file.Path}: '{name}' has shape [{string.Join(",", stored.Shape)}]; expected [N,{string.Join(",", each)}]."
            );
    }
}
