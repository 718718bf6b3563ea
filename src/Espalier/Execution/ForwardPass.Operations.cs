using Espalier.Networks;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Execution;

/// <content>What each operation computes.</content>
internal sealed partial class ForwardPass
{
    private Tensor Compute(int i, NodeArrays arrays, Tensor[] outputs, bool training)
    {
        Node node = _network.Nodes[i];
        Tensor x = outputs[node.Inputs[0]];
        int from = _network.OwnerOf(i);
        return node.Operation switch
        {
            Conv op => Functional.conv2d(
                x,
                arrays.Weight[from]!,
                arrays.Bias[from],
                op.Stride.Sizes,
                op.Padding.Sizes,
                op.Dilation.Sizes,
                op.Groups
            ),
            DepthwiseConv op => Functional.conv2d(
                x,
                arrays.Weight[from]!,
                arrays.Bias[from],
                op.Stride.Sizes,
                op.Padding.Sizes,
                op.Dilation.Sizes,
                x.shape[1]
            ),
            ConvTranspose op => Functional.conv_transpose2d(
                x,
                arrays.Weight[from]!,
                arrays.Bias[from],
                op.Stride.Sizes,
                op.Padding.Sizes,
                op.OutputPadding.Sizes,
                op.Dilation.Sizes
            ),
            Linear { Along: LinearAxis.Channels } => AtPositions(
                x,
                last => Functional.linear(last, arrays.Weight[from]!, arrays.Bias[from])
            ),
            Linear => Functional.linear(x, arrays.Weight[from]!, arrays.Bias[from]),
            Scale => Scaled(x, arrays.Weight[from]!),
            BatchNorm op when training && Synchronized is { } ranks => ranks.Run(
                x,
                arrays.RunningMean[i]!,
                arrays.RunningVariance[i]!,
                arrays.Weight[from],
                arrays.Bias[from],
                op
            ),
            BatchNorm op => Functional.batch_norm(
                x,
                arrays.RunningMean[i]!,
                arrays.RunningVariance[i]!,
                arrays.Weight[from],
                arrays.Bias[from],
                training,
                op.Momentum,
                op.Epsilon
            ),
            LayerNorm op => ChannelNorms.Group(x, 1, arrays.Weight[from], arrays.Bias[from], op.Epsilon), // of feature vectors: the same
            GroupNorm op => ChannelNorms.Group(x, op.Groups, arrays.Weight[from], arrays.Bias[from], op.Epsilon),
            InstanceNorm op => ChannelNorms.Group(x, x.shape[1], arrays.Weight[from], arrays.Bias[from], op.Epsilon),
            LayerNorm2d op => AtPositions(x, last => ChannelNorms.Layer(last, arrays.Weight[from], arrays.Bias[from], op.Epsilon)),
            Relu => MayOverwrite(node.Inputs[0]) ? x.relu_() : x.relu(),
            Relu6 => x.relu6(),
            LeakyRelu op => Leaking(x, op.Slope),
            Gelu => Functional.gelu(x),
            Silu => x.silu(),
            HardSwish => Functional.hardswish(x),
            Sigmoid => x.sigmoid(),
            HardSigmoid => Functional.hardsigmoid(x),
            Tanh => x.tanh(),
            Softmax => x.softmax(1),
            Identity or Dropout => x.alias(),
            Add => Sum(i, outputs),
            Multiply => node.Inputs.Skip(1).Aggregate(x, (product, input) => product.mul(outputs[input])),
            Concat => cat([.. node.Inputs.Select(input => outputs[input])], 1),
            MaxPool op => Functional.max_pool2d(x, op.Kernel.Sizes, op.Stride.Sizes, op.Padding.Sizes, op.Dilation.Sizes, op.CeilMode),
            AveragePool op => Functional.avg_pool2d(x, op.Kernel.Sizes, op.Stride.Sizes, op.Padding.Sizes, op.CeilMode, op.CountPadding),
            GlobalAveragePool => x.mean([2, 3], keepdim: true),
            AdaptiveAveragePool op => Functional.adaptive_avg_pool2d(x, op.Size.Sizes),
            Upsample op => Upsampled(x, op, _network.Shapes[i]),
            PadShortcut op => Padded(x, op),
            Flatten => x.flatten(1),
            Tokens => x.flatten(2).unsqueeze(3),
            ClassToken => TokenForward.WithClass(x, arrays.Weight[from]!),
            PositionEmbedding => TokenForward.Placed(x, arrays.Weight[from]!),
            Attention op => TokenForward.Attention(x, op),
            Token op => x.narrow(2, op.Index, 1),
            Transpose => x.transpose(1, 2),
            _ => throw new InvalidOperationException($"no forward rule for {node.Operation.GetType().Name}"),
        };
    }

    private Tensor Sum(int i, Tensor[] outputs)
    {
        IReadOnlyList<int> inputs = _network.Nodes[i].Inputs;
        Tensor sum = outputs[inputs[0]];
        // In place only where no other is stretched over it.
        bool mayOverwrite = MayOverwrite(inputs[0]) && _network.Shapes[inputs[0]] == _network.Shapes[i];
        foreach (int input in inputs.Skip(1))
            sum = mayOverwrite ? sum.PlusInPlace(outputs[input]) : sum.Plus(outputs[input]);
        return sum;
    }

    /// <summary>Channels lie last in memory, so this neither copies nor leaves the layout that convolutions like.</summary>
    private static Tensor AtPositions(Tensor x, Func<Tensor, Tensor> ofLast)
    {
        using Tensor positions = x.permute(0, 2, 3, 1);
        using Tensor result = ofLast(positions);
        return result.permute(0, 3, 1, 2);
    }

    private static Tensor Leaking(Tensor x, double slope)
    {
        using Scalar held = Held.Number(slope);
        return x.leaky_relu(held);
    }

    private static Tensor Scaled(Tensor x, Tensor factors)
    {
        using Tensor cast = factors.to(x.dtype);
        if (factors.dim() > 1 || x.dim() == 2)
            return x.mul(cast);
        using Tensor maps = cast.view(-1, 1, 1);
        return x.mul(maps);
    }

    /// <summary>To a size in either case, so that no factor is rounded.</summary>
    private static Tensor Upsampled(Tensor x, Upsample op, Shape to) =>
        op.Mode == Upsampling.Bilinear
            ? Functional.interpolate(x, size: [to.Height, to.Width], mode: InterpolationMode.Bilinear, align_corners: false)
            : Functional.interpolate(x, size: [to.Height, to.Width], mode: InterpolationMode.Nearest);

    private static Tensor Padded(Tensor x, PadShortcut op)
    {
        Tensor strided = x[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: op.Stride), TensorIndex.Slice(step: op.Stride)];
        long padding = (op.Out - x.shape[1]) / 2;
        return Functional.pad(strided, [0, 0, 0, 0, padding, padding]);
    }
}
