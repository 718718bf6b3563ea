using Espalier.Data;
using Espalier.Execution;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Diversity;

/// <summary>
/// The class probabilities that a network (or an ensemble) gives to a set of images, float64, kept as logarithms: a probability too small
/// to be written still has one. Immutable.
/// </summary>
public sealed class Predictions
{
    private const double Tolerance = 1e-6;

    private readonly double[] _logs;

    private Predictions(double[] logs, int classes) => (_logs, Classes, Count) = (logs, classes, logs.Length / classes);

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>Logarithm of the probability of a class for an image; −∞ for 0.</summary>
    public double Log(int image, int label) => _logs[image * Classes + label];

    /// <summary>Probability of a class for an image.</summary>
    public double this[int image, int label] => Math.Exp(Log(image, label));

    /// <summary>Softmax of logits.</summary>
    /// <param name="logits">[N, classes], of any floating type.</param>
    /// <exception cref="InputException">A logit is not finite, or there is no image.</exception>
    public static Predictions FromLogits(Tensor logits)
    {
        using var scope = NewDisposeScope();
        if (logits.dim() != 2 || logits.numel() == 0)
            throw new InputException($"Logits of shape [{string.Join(",", logits.shape)}] are no predictions; expected [images, classes].");
        if (!HostRead.Item<bool>(isfinite(logits).all()))
            throw new InputException("A logit is not finite; predictions need finite ones.");
        return new Predictions(
            HostRead.Values<double>(Functional.log_softmax(logits.to(ScalarType.Float64), 1).contiguous()),
            (int)logits.shape[1]
        );
    }

    /// <summary>Of given probabilities.</summary>
    /// <param name="probabilities">One row an image; each row is not negative and sums to 1.</param>
    /// <exception cref="InputException">A row is no distribution, or there is no image.</exception>
    public static Predictions FromProbabilities(double[,] probabilities)
    {
        (int images, int classes) = (probabilities.GetLength(0), probabilities.GetLength(1));
        if (images == 0 || classes == 0)
            throw new InputException($"{images} x {classes} probabilities are no predictions; expected at least one image and one class.");
        double[] logs = new double[images * classes];
        for (int i = 0; i < images; i++)
        {
            double sum = 0;
            for (int c = 0; c < classes; c++)
            {
                double p = probabilities[i, c];
                if (p is not (>= 0 and <= 1 + Tolerance))
                    throw new InputException($"Image {i} has probability {p} for class {c}; expected 0 to 1.");
                sum += p;
                logs[i * classes + c] = Math.Log(p);
            }
            if (Math.Abs(sum - 1) > Tolerance)
                throw new InputException($"The probabilities of image {i} sum to {sum}; expected 1.");
        }
        return new Predictions(logs, classes);
    }

    /// <summary>Runs a network over plain images in their order.</summary>
    /// <param name="weights">In evaluation mode; mask sparse ones first.</param>
    /// <param name="images">Its device and type decide where and how it is computed.</param>
    /// <param name="batchSize">Images a pass, at least 1.</param>
    /// <exception cref="InputException">A logit is not finite.</exception>
    public static Predictions Of(WeightSet weights, BatchSource images, int batchSize = 500)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using NodeArrays arrays = NodeArrays.Of(weights, images.Device, images.Type);
        var pass = new ForwardPass(weights.Network);
        var all = new List<Tensor>();
        foreach (Batch batch in images.InOrder(batchSize))
        {
            using var inner = NewDisposeScope();
            using (batch)
                all.Add(pass.Run(arrays, batch.Images, training: false).MoveToOuterDisposeScope());
        }
        return FromLogits(cat(all, 0));
    }

    /// <summary>The ensemble: the mean of its members' probabilities.</summary>
    /// <param name="members">At least one, of the same images and classes.</param>
    /// <exception cref="InputException">No member, or members that do not fit.</exception>
    public static Predictions Ensemble(IReadOnlyList<Predictions> members)
    {
        if (members.Count == 0)
            throw new InputException("An ensemble of no networks predicts nothing; expected at least one.");
        foreach (Predictions member in members)
            members[0].MustFit(member);
        double[] logs = new double[members[0]._logs.Length];
        for (int i = 0; i < logs.Length; i++)
        {
            // The largest is taken out, so that none underflows.
            double largest = members.Max(member => member._logs[i]);
            logs[i] = double.IsNegativeInfinity(largest)
                ? largest
                : largest + Math.Log(members.Average(member => Math.Exp(member._logs[i] - largest)));
        }
        return new Predictions(logs, members[0].Classes);
    }

    /// <summary>The most probable class of an image; the first of equals.</summary>
    public int Class(int image)
    {
        int best = 0;
        for (int c = 1; c < Classes; c++)
            if (Log(image, c) > Log(image, best))
                best = c;
        return best;
    }

    internal void MustFit(Predictions other)
    {
        if (other.Count != Count || other.Classes != Classes)
            throw new InputException(
                $"Predictions for {Counted.Of(other.Count, "image")} of {Counted.Of(other.Classes, "class", "classes")} do not "
                    + $"fit those for {Count} of {Classes}; expected the same images."
            );
    }
}
