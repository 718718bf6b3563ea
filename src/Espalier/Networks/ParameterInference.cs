namespace Espalier.Networks;

/// <summary>Derives the arrays that a node owns.</summary>
internal static class ParameterInference
{
    public static IEnumerable<Parameter> Of(Node node, int index, Shape input)
    {
        Parameter Array(string suffix, ParameterKind kind, int fanIn, params int[] shape) =>
            new($"{node.Name}{(node.Operation is Linear { Underscore: true } ? '_' : '.')}{suffix}", shape, kind, index, fanIn);
        int channels = input.Channels;
        switch (node.Operation)
        {
            case Conv op:
                int convFanIn = channels / op.Groups * op.Kernel.Height * op.Kernel.Width;
                yield return Array(
                    "weight",
                    ParameterKind.ConvWeight,
                    convFanIn,
                    op.Out,
                    channels / op.Groups,
                    op.Kernel.Height,
                    op.Kernel.Width
                );
                if (op.Bias)
                    yield return Array("bias", ParameterKind.Bias, convFanIn, op.Out);
                break;
            case DepthwiseConv op:
                int depthwiseFanIn = op.Kernel.Height * op.Kernel.Width;
                yield return Array("weight", ParameterKind.ConvWeight, depthwiseFanIn, channels, 1, op.Kernel.Height, op.Kernel.Width);
                if (op.Bias)
                    yield return Array("bias", ParameterKind.Bias, depthwiseFanIn, channels);
                break;
            case ConvTranspose op:
                // A position of the output is reached from every stride-th position of the kernel.
                long reached = (long)channels * op.Kernel.Height * op.Kernel.Width / ((long)op.Stride.Height * op.Stride.Width);
                int transposedFanIn = (int)Math.Clamp(reached, 1, int.MaxValue);
                yield return Array(
                    "weight",
                    ParameterKind.ConvTransposeWeight,
                    transposedFanIn,
                    channels,
                    op.Out,
                    op.Kernel.Height,
                    op.Kernel.Width
                );
                if (op.Bias)
                    yield return Array("bias", ParameterKind.Bias, transposedFanIn, op.Out);
                break;
            case Linear op:
                yield return Array("weight", ParameterKind.LinearWeight, channels, op.Out, channels);
                if (op.Bias)
                    yield return Array("bias", ParameterKind.Bias, channels, op.Out);
                break;
            case Scale op:
                yield return new Parameter(
                    node.Name,
                    input.IsFlat || op.Vector ? [channels] : [channels, 1, 1],
                    ParameterKind.NormWeight,
                    index,
                    FanIn: 0
                );
                break;
            case ClassToken:
                yield return new Parameter(node.Name, [1, 1, channels], ParameterKind.Embedding, index, FanIn: 0);
                break;
            case PositionEmbedding:
                yield return new Parameter(node.Name, [1, input.Height, channels], ParameterKind.Embedding, index, FanIn: 0);
                break;
            case BatchNorm op:
                if (op.Affine)
                {
                    yield return Array("weight", ParameterKind.NormWeight, 0, channels);
                    yield return Array("bias", ParameterKind.NormBias, 0, channels);
                }
                yield return Array("running_mean", ParameterKind.RunningMean, 0, channels);
                yield return Array("running_var", ParameterKind.RunningVariance, 0, channels);
                break;
            case LayerNorm or LayerNorm2d or GroupNorm { Affine: true } or InstanceNorm { Affine: true }:
                yield return Array("weight", ParameterKind.NormWeight, 0, channels);
                yield return Array("bias", ParameterKind.NormBias, 0, channels);
                break;
        }
    }
}
