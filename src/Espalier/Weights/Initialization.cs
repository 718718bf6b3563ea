using Espalier.Networks;
using Espalier.Randomness;
using static TorchSharp.torch;

namespace Espalier.Weights;

/// <summary>Random initialization as in the paper's models.</summary>
public static class Initialization
{
    /// <summary>Of class tokens and position embeddings (Dosovitskiy et al. 2021).</summary>
    private const double EmbeddingDeviation = 0.02;

    /// <summary>
    /// Convolution, transposed convolution and linear weights from N(0, 2 / fan-in) (Kaiming normal, He et al. 2015), their biases uniform
    /// in ±1/√fan-in (PyTorch's default), normalisation scales 1 (or what their node says) and shifts 0, running means 0 and
    /// variances 1, embeddings from
    /// N(0, 0.02²).
    /// </summary>
    /// <param name="network">What to initialize.</param>
    /// <param name="random">Such as <c>new RandomStream(seed, "B.init")</c>.</param>
    public static WeightSet KaimingNormal(Network network, RandomStream random)
    {
        var layout = new ParameterLayout(network);
        float[] values = new float[layout.Length],
            statistics = new float[layout.StatisticsLength];
        foreach (Parameter p in network.Parameters)
        {
            Span<float> target = values.AsSpan((int)layout.Offset(p), p.Count);
            if (p.IsWeight)
                Fill(target, () => Math.Sqrt(2.0 / p.FanIn) * random.NextNormal());
            else if (p.Kind == ParameterKind.Embedding)
                Fill(target, () => EmbeddingDeviation * random.NextNormal());
            else if (p.Kind == ParameterKind.Bias)
                Fill(target, () => (2 * random.NextDouble() - 1) / Math.Sqrt(p.FanIn));
            else
                target.Fill(
                    network.Nodes[p.Node].Operation switch
                    {
                        Scale scale => (float)scale.Initial,
                        BatchNorm norm when p.Kind == ParameterKind.NormWeight => (float)norm.Initial,
                        _ => p.Kind == ParameterKind.NormWeight ? 1 : 0,
                    }
                );
        }
        foreach (Parameter p in network.Buffers)
            if (p.Kind == ParameterKind.RunningVariance)
                statistics.AsSpan((int)layout.Offset(p), p.Count).Fill(1);
        return new WeightSet(layout, tensor(values), tensor(statistics));
    }

    private static void Fill(Span<float> target, Func<double> draw)
    {
        for (int i = 0; i < target.Length; i++)
            target[i] = (float)draw();
    }
}
