using System.Security.Cryptography;
using System.Text;
using Espalier.Files;
using TorchSharp;

namespace Espalier.Weights;

/// <summary>Names contents: two values have one digest only if they are the same, bit by bit, of the same network.</summary>
public static class Digests
{
    /// <summary>Of weights: trained values, statistics, and the graph they belong to.</summary>
    public static string Of(WeightSet weights) => Of(weights.Network.Fingerprint, weights.Values, weights.Statistics);

    /// <summary>Of a mask: what it prunes, and what pruning may touch.</summary>
    public static string Of(Mask mask) =>
        Of($"{mask.Network.Fingerprint} {string.Join(' ', mask.Prunable.Select(p => p.Name))}", mask.Pruned);

    private static string Of(string name, params torch.Tensor[] buffers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
        foreach (torch.Tensor buffer in buffers)
            hash.AppendData(buffer.bytes);
        return FolderOrigin.DigestPrefix + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
