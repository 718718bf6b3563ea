using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// The weights that a sparse training starts from, made of its own weights w and of a ticket's t at the places that a mask keeps
/// (<see cref="TicketStart"/>). A ticket's weight that is exactly zero says nothing: w stays there. Where w is exactly zero it has no sign,
/// and stays zero, unless the ticket's weight is copied. Nothing changes at places that are pruned.
/// </summary>
public static class SignedStart
{
    /// <summary>Makes the start; neither network is changed.</summary>
    /// <param name="own">The weights to start from, dense.</param>
    /// <param name="ticket">The pruned network's weights, moved by what moved the mask.</param>
    /// <param name="mask">What the start keeps.</param>
    /// <param name="options">What is taken.</param>
    /// <param name="random">
    /// Signs of <see cref="TicketStart.RandomSigns"/>, one for every trained value of the network: at one place they are the same whatever
    /// mask there is. Not read otherwise.
    /// </param>
    /// <exception cref="InputException">They are of different networks.</exception>
    public static WeightSet Of(WeightSet own, WeightSet ticket, Mask mask, TicketStartOptions options, RandomStream random)
    {
        own.Layout.MustFit(ticket.Layout, "ticket");
        own.Layout.MustFit(mask.Layout, "mask");
        using var scope = NewDisposeScope();
        if (options.Kind == TicketStart.Own)
            return own.Copy();
        Tensor made = Made(own.Values, ticket.Values, options.Kind, random),
            values = where(Places(mask, options.Classifier), made, own.Values);
        foreach (Parameter p in own.Network.Parameters.Where(p => !p.IsWeight && options.Others != OtherArrays.Own))
        {
            Tensor w = own.Layout.Slice(own.Values, p),
                t = own.Layout.Slice(ticket.Values, p);
            own.Layout.Slice(values, p).copy_(options.Others == OtherArrays.Values ? t : Made(w, t, TicketStart.Signed, random));
        }
        return new WeightSet(own.Layout, values, (options.Others == OtherArrays.Values ? ticket.Statistics : own.Statistics).clone());
    }

    /// <summary>Kept weights of the prunable arrays, perhaps without the classifier's: bool [P].</summary>
    private static Tensor Places(Mask mask, bool classifier)
    {
        Tensor places = zeros(mask.Layout.Length, ScalarType.Bool);
        foreach (Parameter p in mask.Prunable.Where(p => classifier || !mask.Network.IsClassifier(p)))
            mask.Layout.Slice(places, p).copy_(mask.Layout.Slice(mask.Pruned, p).logical_not());
        return places;
    }

    private static Tensor Made(Tensor w, Tensor t, TicketStart kind, RandomStream random)
    {
        Tensor differ = w.sign().mul(t.sign()).lt(Held.Zero), // false where either is zero
            silent = t.eq(Held.Zero);
        return kind switch
        {
            TicketStart.Signed => where(differ, w.neg(), w),
            TicketStart.Magnitudes => where(silent.logical_or(w.eq(Held.Zero)), w, where(differ, t.neg(), t)),
            TicketStart.Copied => where(silent, w, t),
            _ => where(Coins(w.shape[0], random), w.abs().neg(), w.abs()),
        };
    }

    private static Tensor Coins(long count, RandomStream random)
    {
        bool[] coins = new bool[count];
        ulong bits = 0;
        for (int i = 0; i < coins.Length; i++)
        {
            bits = i % 64 == 0 ? random.NextBits() : bits >> 1;
            coins[i] = (bits & 1) == 1;
        }
        return tensor(coins);
    }
}
