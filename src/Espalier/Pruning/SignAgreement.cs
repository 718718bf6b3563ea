using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>How many kept weights of one array have the same sign in two networks.</summary>
/// <param name="Layer">The array's name.</param>
/// <param name="Compared">Kept weights that are zero in neither network.</param>
/// <param name="Agreeing">Of them those with the same sign in both.</param>
public sealed record LayerSigns(string Layer, long Compared, long Agreeing)
{
    /// <summary>Agreeing of compared; null where none is compared.</summary>
    public double? Share => Compared == 0 ? null : (double)Agreeing / Compared;
}

/// <summary>
/// How far a network's weights have the signs of another's at the places that a mask keeps: one half by chance, 1 where a start is signed
/// (<see cref="SignedStart"/>).
/// </summary>
/// <param name="Layers">The mask's prunable arrays, in the network's order.</param>
public sealed record SignAgreement(IReadOnlyList<LayerSigns> Layers)
{
    /// <summary>Weights compared, of all layers.</summary>
    public long Compared => Layers.Sum(layer => layer.Compared);

    /// <summary>Over all kept weights of all layers; null where none is compared.</summary>
    public double? Share => new LayerSigns("", Compared, Layers.Sum(layer => layer.Agreeing)).Share;

    /// <summary>Counts.</summary>
    /// <param name="ticket">A pruned network, moved.</param>
    /// <param name="other">The network that its signs are held against.</param>
    /// <param name="mask">What is kept, moved alike.</param>
    /// <exception cref="InputException">They are of different networks.</exception>
    public static SignAgreement Of(WeightSet ticket, WeightSet other, Mask mask)
    {
        ComputeThreads.Enter();
        ticket.Layout.MustFit(other.Layout, "second network");
        ticket.Layout.MustFit(mask.Layout, "mask");
        return new([.. mask.Prunable.Select(p => Of(p, ticket, other, mask))]);
    }

    private static LayerSigns Of(Parameter p, WeightSet ticket, WeightSet other, Mask mask)
    {
        using var scope = NewDisposeScope();
        Tensor signs = ticket
            .Layout.Slice(ticket.Values, p)
            .sign()
            .mul(ticket.Layout.Slice(other.Values, p).sign())
            .masked_fill(ticket.Layout.Slice(mask.Pruned, p), Held.Zero);
        return new(p.Name, Count(signs.ne(Held.Zero)), Count(signs.gt(Held.Zero)));

        static long Count(Tensor which) => HostRead.Item<long>(which.sum());
    }
}
