using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Collectives;

/// <summary>
/// Ranks on GPUs that do without NCCL: values come to the host, are added there, and go back. Slower, and a GPU may be shared.
/// </summary>
public sealed class HostCollective : ICollective
{
    private readonly ICollective _host;
    private readonly Func<Tensor, bool> _isAway;

    /// <param name="host">The way by which the ranks found each other; owned from here on.</param>
    public HostCollective(ICollective host)
        : this(host, values => values.device_type != DeviceType.CPU) { }

    internal HostCollective(ICollective host, Func<Tensor, bool> isAway) => (_host, _isAway) = (host, isAway);

    /// <inheritdoc/>
    public int Rank => _host.Rank;

    /// <inheritdoc/>
    public int Size => _host.Size;

    /// <inheritdoc/>
    public string Wire => $"{_host.Wire}, by way of the host";

    /// <inheritdoc/>
    public void AllReduceSum(Tensor values) => OnHost(values, _host.AllReduceSum);

    /// <inheritdoc/>
    public void Broadcast(Tensor values) => OnHost(values, _host.Broadcast);

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> own) => _host.Gather(own);

    /// <inheritdoc/>
    public void Barrier() => _host.Barrier();

    /// <inheritdoc/>
    public void Abort(string reason) => _host.Abort(reason);

    /// <inheritdoc/>
    public void Dispose() => _host.Dispose();

    private void OnHost(Tensor values, Action<Tensor> work)
    {
        if (!_isAway(values))
        {
            work(values);
            return;
        }
        if (!values.is_contiguous())
            throw new ArgumentException("values that ranks exchange must lie one after the other");
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor copy = HostRead.Copy(values);
        work(copy);
        values.copy_(copy);
    }
}
