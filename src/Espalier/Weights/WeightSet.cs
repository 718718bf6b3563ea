using Espalier.Networks;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Weights;

/// <summary>
/// The numbers of one network: a flat float32 buffer [P] of trained values and one [Q] of batch-norm statistics, on the CPU.
/// A value: whatever permutes, masks or trains weights returns new ones.
/// </summary>
public sealed class WeightSet : IDisposable
{
    private readonly Tensor _values,
        _statistics;
    private bool _isDisposed;

    /// <summary>Takes over two buffers.</summary>
    /// <param name="layout">Of the network.</param>
    /// <param name="values">Float32 [P]; owned from here on.</param>
    /// <param name="statistics">Float32 [Q]; owned from here on.</param>
    /// <exception cref="ArgumentException">A buffer has another length or type.</exception>
    public WeightSet(ParameterLayout layout, Tensor values, Tensor statistics)
    {
        Check(values, layout.Length, nameof(values));
        Check(statistics, layout.StatisticsLength, nameof(statistics));
        Layout = layout;
        _values = values.DetachFromDisposeScope();
        _statistics = statistics.DetachFromDisposeScope();
    }

    /// <summary>Names and places.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The network they belong to.</summary>
    public Network Network => Layout.Network;

    /// <summary>Bytes of the trained values, float32 [P], in the layout's order.</summary>
    public ReadOnlySpan<byte> ValueBytes => Values.bytes;

    /// <summary>Bytes of the running means and variances, float32 [Q].</summary>
    public ReadOnlySpan<byte> StatisticBytes => Statistics.bytes;

    /// <summary>
    /// The numbers of one array in PyTorch's order: a copy, as whoever could write to a tensor of the set would change a value that others
    /// hold.
    /// </summary>
    public float[] Read(Parameter parameter)
    {
        using var scope = NewDisposeScope();
        return this[parameter].contiguous().data<float>().ToArray();
    }

    /// <summary>All trained values as numbers on a device: a copy, in the layout's order.</summary>
    /// <returns>[P] of the given type; the caller disposes it.</returns>
    /// <exception cref="ObjectDisposedException">The set was disposed of.</exception>
    public Tensor ToTensor(Device device, ScalarType type) => Values.to(type, device, copy: true);

    /// <summary>One array: a copy on the CPU.</summary>
    /// <returns>Float32, in PyTorch's shape; the caller disposes it.</returns>
    /// <exception cref="ObjectDisposedException">The set was disposed of.</exception>
    public Tensor ToTensor(Parameter parameter)
    {
        using Tensor view = this[parameter],
            copy = view.clone();
        return copy.contiguous();
    }

    /// <summary>Trained values, float32 [P]. Read only.</summary>
    internal Tensor Values => Alive(_values);

    /// <summary>Running means and variances, float32 [Q]. Read only.</summary>
    internal Tensor Statistics => Alive(_statistics);

    /// <summary>One array in PyTorch's shape. Read only.</summary>
    internal Tensor this[Parameter parameter] => Layout.View(parameter.IsBuffer ? Statistics : Values, parameter);

    /// <summary>The same weights with buffers of their own.</summary>
    public WeightSet Copy() => new(Layout, Values.clone(), Statistics.clone());

    /// <summary>θ ⊙ m: the same weights with all pruned ones exactly zero.</summary>
    /// <exception cref="InputException">The mask is of another network.</exception>
    public WeightSet Masked(Mask mask)
    {
        Layout.MustFit(mask.Layout, "mask");
        return new WeightSet(Layout, Values.masked_fill(mask.Pruned, Held.Zero), Statistics.clone());
    }

    /// <summary>Convolution and linear weights that are exactly zero, as pruned ones are.</summary>
    public long ZeroWeights
    {
        get
        {
            using var scope = NewDisposeScope();
            return Network
                .Parameters.Where(p => p.IsWeight)
                .Sum(p => p.Count - HostRead.Item<long>(Layout.Slice(Values, p).count_nonzero()));
        }
    }

    /// <summary>
    /// The same on a device, for what is done there with several networks before one of them is looked at; a copy unless it is there
    /// already. What others than this library get is always on the CPU.
    /// </summary>
    internal WeightSet On(Device device)
    {
        using var scope = NewDisposeScope();
        return new(Layout, Values.to(device).alias(), Statistics.to(device).alias());
    }

    /// <summary>A copy on the CPU.</summary>
    internal WeightSet ToHost() => new(Layout, HostRead.Copy(Values), HostRead.Copy(Statistics));

    /// <summary>Whether all values are finite.</summary>
    public bool IsFinite()
    {
        using var scope = NewDisposeScope();
        return HostRead.Item<bool>(isfinite(Values).all()) && HostRead.Item<bool>(isfinite(Statistics).all());
    }

    /// <summary>Whether two sets hold the same bits.</summary>
    public bool BitEquals(WeightSet other) =>
        Layout.Fits(other.Layout)
        && Values.bytes.SequenceEqual(other.Values.bytes)
        && Statistics.bytes.SequenceEqual(other.Statistics.bytes);

    /// <summary>Frees the buffers; whatever reads them afterwards gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _values.Dispose();
        _statistics.Dispose();
    }

    private Tensor Alive(Tensor buffer) =>
        _isDisposed
            ? throw new ObjectDisposedException(nameof(WeightSet), $"Weights of {Network} are used that were disposed of before.")
            : buffer;

    private static void Check(Tensor buffer, long length, string name)
    {
        if (buffer.dim() != 1 || buffer.shape[0] != length || buffer.dtype != ScalarType.Float32)
            throw new ArgumentException($"expected float32 [{length}], got {buffer.dtype} [{string.Join(",", buffer.shape)}]", name);
    }
}
