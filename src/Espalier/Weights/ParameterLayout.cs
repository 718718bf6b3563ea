using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Weights;

/// <summary>
/// Where each array of a network lies in one flat buffer. Trained values and batch-norm statistics have a buffer each.
/// Convolutions are stored out, height, width, in: the order in which channels-last kernels want them, so no step ever reorders them.
/// So are transposed ones, that what counts a unit's weights finds them together.
/// </summary>
public sealed class ParameterLayout
{
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    /// <summary>Lays a network's arrays out in the order of its nodes.</summary>
    public ParameterLayout(Network network)
    {
        Network = network;
        Length = Place(network.Parameters);
        StatisticsLength = Place(network.Buffers);
    }

    /// <summary>The network laid out.</summary>
    public Network Network { get; }

    /// <summary>Trained values, P.</summary>
    public long Length { get; }

    /// <summary>Batch-norm statistics, Q.</summary>
    public long StatisticsLength { get; }

    /// <summary>First element of an array in its buffer.</summary>
    public long Offset(Parameter parameter) => _offsets[parameter.Name];

    /// <summary>The slice of a flat buffer that holds an array, in storage order.</summary>
    public Tensor Slice(Tensor flat, Parameter parameter) => flat.narrow(0, Offset(parameter), parameter.Count);

    /// <summary>A view of a flat buffer [P] (or [Q]) as the array in PyTorch's shape; writing to it writes to the buffer.</summary>
    public Tensor View(Tensor flat, Parameter parameter)
    {
        using Tensor slice = Slice(flat, parameter);
        IReadOnlyList<int> s = parameter.Shape;
        if (parameter.Kind == ParameterKind.ConvTransposeWeight)
        {
            using Tensor units = slice.view(s[1], s[2], s[3], s[0]);
            return units.permute(3, 0, 1, 2);
        }
        if (parameter.Kind != ParameterKind.ConvWeight)
            return slice.view([.. s.Select(size => (long)size)]);
        using Tensor stored = slice.view(s[0], s[2], s[3], s[1]);
        return stored.permute(0, 3, 1, 2);
    }

    /// <summary>An array of PyTorch's shape in storage order: [count].</summary>
    internal static Tensor InStorageOrder(Tensor array, Parameter parameter)
    {
        using Tensor turned = parameter.Kind switch
        {
            ParameterKind.ConvWeight => array.permute(0, 2, 3, 1),
            ParameterKind.ConvTransposeWeight => array.permute(1, 2, 3, 0),
            _ => array.alias(),
        };
        return turned.reshape(-1);
    }

    /// <summary>Whether two layouts are of the same graph.</summary>
    public bool Fits(ParameterLayout other) => ReferenceEquals(this, other) || Network.Fingerprint == other.Network.Fingerprint;

    /// <summary>Refuses values of another network.</summary>
    /// <exception cref="InputException">The graphs differ.</exception>
    public void MustFit(ParameterLayout other, string what)
    {
        if (!Fits(other))
            throw new InputException(
                $"The {what} belongs to {other.Network} with fingerprint {other.Network.Fingerprint}; expected {Network}, "
                    + $"{Network.Fingerprint}."
            );
    }

    private long Place(IReadOnlyList<Parameter> parameters)
    {
        long at = 0;
        foreach (Parameter parameter in parameters)
        {
            _offsets[parameter.Name] = at;
            at += parameter.Count;
        }
        return at;
    }
}
