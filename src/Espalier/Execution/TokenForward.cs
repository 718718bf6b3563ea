using Espalier.Networks;
using Espalier.Runtime;
using static TorchSharp.torch;

namespace Espalier.Execution;

/// <summary>What operations on tokens, [N, channels, tokens, 1], compute.</summary>
internal static class TokenForward
{
    /// <summary>softmax(q·kᵀ / √d)·v, head by head.</summary>
    /// <param name="x">[N, 3·D, T, 1]: queries, keys, values.</param>
    /// <param name="op">Heads of D / heads units.</param>
    /// <returns>[N, D, T, 1].</returns>
    public static Tensor Attention(Tensor x, Attention op)
    {
        ComputeThreads.Enter();
        (long images, long units, long tokens) = (x.shape[0], x.shape[1] / 3, x.shape[2]);
        if (op.AsFlow)
            return x.reshape(images, 3, units, tokens, 1).sum(1).mean([2], keepdim: true).expand(images, units, tokens, 1);
        // [3, N, heads, T, d]
        Tensor parts = x.squeeze(3).transpose(1, 2).reshape(images, tokens, 3, op.Heads, units / op.Heads).permute(2, 0, 3, 1, 4);
        Tensor queries = parts.select(0, 0).Times(1 / Math.Sqrt((double)units / op.Heads));
        Tensor shares = queries.matmul(parts.select(0, 1).transpose(2, 3)).softmax(-1);
        Tensor values = shares.matmul(parts.select(0, 2));
        return values.permute(0, 2, 1, 3).reshape(images, tokens, units).transpose(1, 2).unsqueeze(3);
    }

    /// <summary>Puts a token before the others.</summary>
    /// <param name="x">[N, C, T, 1].</param>
    /// <param name="token">[1, 1, C].</param>
    public static Tensor WithClass(Tensor x, Tensor token) =>
        cat([token.to(x.dtype).permute(0, 2, 1).unsqueeze(3).expand(x.shape[0], x.shape[1], 1, 1), x], 2);

    /// <summary>Adds every place's values.</summary>
    /// <param name="x">[N, C, T, 1].</param>
    /// <param name="places">[1, T, C].</param>
    public static Tensor Placed(Tensor x, Tensor places) => x.Plus(places.to(x.dtype).permute(0, 2, 1).unsqueeze(3));
}
