using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Execution;

/// <summary>
/// Normalisations of each image on its own, whose scales and shifts stay float32 where the network computes in bfloat16: a CPU's kernels
/// take both types together, a GPU's do not.
/// </summary>
internal static class ChannelNorms
{
    /// <summary>Over groups of channels and all positions.</summary>
    /// <param name="x">[N, C] or [N, C, H, W].</param>
    /// <param name="groups">Number of groups; it divides C.</param>
    /// <param name="weight">[C]; null for 1.</param>
    /// <param name="bias">[C]; null for 0.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static Tensor Group(Tensor x, long groups, Tensor? weight, Tensor? bias, double epsilon) =>
        Fitting(x, whole => Functional.group_norm(whole, groups, weight, bias, epsilon));

    /// <summary>Over the last axis.</summary>
    /// <param name="x">[..., C].</param>
    /// <param name="weight">[C]; null for 1.</param>
    /// <param name="bias">[C]; null for 0.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static Tensor Layer(Tensor x, Tensor? weight, Tensor? bias, double epsilon) =>
        Fitting(x, whole => Functional.layer_norm(whole, [whole.shape[^1]], weight!, bias!, epsilon));

    private static Tensor Fitting(Tensor x, Func<Tensor, Tensor> norm)
    {
        ComputeThreads.Enter();
        return x.device_type != DeviceType.CPU && x.dtype == ScalarType.BFloat16 ? InFloat32(x, norm) : norm(x);
    }

    /// <summary>In float32, rounded once at the end, as a CPU's kernel does within itself.</summary>
    internal static Tensor InFloat32(Tensor x, Func<Tensor, Tensor> norm) => norm(x.to(ScalarType.Float32)).to(x.dtype);
}
