using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

/// <summary>Starts made of a network's own weights and of a ticket's.</summary>
public class SignedStartSpecs
{
    private const float NegativeZero = -0f;

    /// <summary>2 inputs, 2 units, 2 classes, by hand: own, ticket, whether pruned, and what each start is.</summary>
    private static readonly (float Own, float Ticket, bool Pruned, float Signed, float Magnitudes, float Copied)[] ByHand =
    [
        // the units' weights
        (1, -2, false, -1, 2, -2),
        (-3, -4, false, -3, -4, -4),
        (5, -6, true, 5, 5, 5), // pruned: as it is, whatever the ticket says
        (-7, 0, false, -7, -7, -7), // the ticket says nothing
        // their biases
        (8, -9, false, 8, 8, 8),
        (-1, 2, false, -1, -1, -1),
        // the classes' weights
        (NegativeZero, 3, false, NegativeZero, NegativeZero, 3), // no sign of its own
        (4, 5, false, 4, 5, 5),
        (-6, 7, false, 6, -7, 7),
        (1e-30f, -1e-30f, false, -1e-30f, 1e-30f, -1e-30f), // their product is no float
        // their biases
        (0.5f, -0.5f, false, 0.5f, 0.5f, 0.5f),
        (-0.5f, 0.5f, false, -0.5f, -0.5f, -0.5f),
    ];

    [Fact]
    public void Every_start_is_as_by_hand()
    {
        using WeightSet own = Set(ByHand.Select(row => row.Own)),
            ticket = Set(ByHand.Select(row => row.Ticket));
        using Mask mask = MaskOf(own.Layout, ByHand.Select(row => row.Pruned));
        MustBe(ByHand.Select(row => row.Own), own, ticket, mask, new());
        MustBe(ByHand.Select(row => row.Signed), own, ticket, mask, new() { Kind = TicketStart.Signed });
        MustBe(ByHand.Select(row => row.Magnitudes), own, ticket, mask, new() { Kind = TicketStart.Magnitudes });
        MustBe(ByHand.Select(row => row.Copied), own, ticket, mask, new() { Kind = TicketStart.Copied });

        int classifier = 6;
        MustBe(
            [.. ByHand[..classifier].Select(row => row.Signed), .. ByHand[classifier..].Select(row => row.Own)],
            own,
            ticket,
            mask,
            new() { Kind = TicketStart.Signed, Classifier = false }
        );
        MustBe(
            ByHand.Select((row, i) => i is 4 or 5 or 10 or 11 ? MathF.CopySign(row.Own, row.Ticket) : row.Copied),
            own,
            ticket,
            mask,
            new() { Kind = TicketStart.Copied, Others = OtherArrays.Signs }
        );
        MustBe(
            ByHand.Select((row, i) => i is 4 or 5 or 10 or 11 ? row.Ticket : row.Signed),
            own,
            ticket,
            mask,
            new() { Kind = TicketStart.Signed, Others = OtherArrays.Values }
        );
    }

    [Fact]
    public void A_signed_start_has_the_tickets_signs_where_it_keeps_and_its_own_bits_but_for_them() =>
        OnRandomNetworks(
            (own, ticket, mask, random) =>
            {
                using WeightSet signed = SignedStart.Of(own, ticket, mask, new() { Kind = TicketStart.Signed }, random),
                    sizes = SignedStart.Of(own, ticket, mask, new() { Kind = TicketStart.Magnitudes }, random);
                Assert.Equal(1, SignAgreement.Of(ticket, signed, mask).Share);
                Assert.Equal(1, SignAgreement.Of(own, sizes, mask).Share);
                Assert.Equal(Bits(own, sign: false), Bits(signed, sign: false));
                SameWhereNotKept(own, signed, mask);
                SameWhereNotKept(own, sizes, mask);
                using WeightSet keptSizes = sizes.Masked(mask),
                    keptTicket = ticket.Masked(mask);
                Assert.All(mask.Prunable, p => Assert.Equal(keptTicket.Read(p).Select(MathF.Abs), keptSizes.Read(p).Select(MathF.Abs)));
            }
        );

    [Fact]
    public void A_copied_start_of_a_moved_ticket_is_the_moved_ticket_where_it_keeps() =>
        OnRandomNetworks(
            (own, ticket, mask, random) =>
            {
                Permutation π = Permutation.Uniform(PermutationGroups.Of(own.Network), random);
                using WeightSet pruned = ticket.Masked(mask),
                    moved = π.Apply(pruned);
                using Mask movedMask = π.Apply(mask);
                using WeightSet copied = SignedStart.Of(own, moved, movedMask, new() { Kind = TicketStart.Copied }, random),
                    signed = SignedStart.Of(own, moved, movedMask, new() { Kind = TicketStart.Signed }, random),
                    kept = copied.Masked(movedMask);
                Assert.All(mask.Prunable, p => Assert.Equal(moved.Read(p), kept.Read(p)));
                Assert.All(mask.Prunable, p => Assert.Equal(mask.Kept(p), kept.Read(p).Count(weight => weight != 0)));
                Assert.Equal(1, SignAgreement.Of(moved, signed, movedMask).Share);
                SameWhereNotKept(own, copied, movedMask);
            }
        );

    [Fact]
    public void Random_signs_are_fair_seeded_and_the_same_at_one_place_whatever_the_mask()
    {
        Network network = Mlp.Build(Shape.Maps(1, 8, 8), 4, depth: 2, width: 64);
        using WeightSet own = Initialization.KaimingNormal(network, new RandomStream(0, "B.init")),
            ticket = Initialization.KaimingNormal(network, new RandomStream(0, "A.init"));
        using Mask dense = Mask.Dense(own.Layout, PrunableSet.AllWeights.Of(network)),
            sparse = RandomNetworks.Mask(own, new RandomStream(0, "mask"));
        WeightSet Start(Mask mask, long seed) =>
            SignedStart.Of(own, ticket, mask, new() { Kind = TicketStart.RandomSigns }, new RandomStream(seed, "signs"));
        using WeightSet once = Start(dense, 0),
            again = Start(dense, 0),
            other = Start(dense, 1),
            some = Start(sparse, 0),
            ofOnce = once.Masked(sparse),
            ofSome = some.Masked(sparse);
        Assert.True(once.BitEquals(again));
        Assert.True(ofOnce.BitEquals(ofSome));
        Assert.Equal(Bits(own, sign: false), Bits(once, sign: false));
        SameWhereNotKept(own, some, sparse);
        double fair = 4 * Math.Sqrt(0.25 / dense.KeptCount); // four standard deviations
        Assert.InRange(SignAgreement.Of(own, once, dense).Share!.Value, 0.5 - fair, 0.5 + fair);
        Assert.InRange(SignAgreement.Of(other, once, dense).Share!.Value, 0.5 - fair, 0.5 + fair);
    }

    [Fact]
    public void A_ticket_of_another_network_is_refused()
    {
        using WeightSet own = Set(ByHand.Select(row => row.Own));
        using Mask mask = Mask.Dense(own.Layout, []);
        Network wider = Mlp.Build(Shape.Maps(1, 1, 2), 2, depth: 1, width: 3);
        using WeightSet ticket = Initialization.KaimingNormal(wider, new RandomStream(0, "A.init"));
        var random = new RandomStream(0, "signs");
        Assert.Throws<InputException>(() => SignedStart.Of(own, ticket, mask, new() { Kind = TicketStart.Signed }, random));
        Assert.Throws<InputException>(() => SignAgreement.Of(own, ticket, mask));
    }

    [Fact]
    public void Signs_agree_in_as_many_kept_weights_as_by_hand()
    {
        using WeightSet own = Set(ByHand.Select(row => row.Own)),
            ticket = Set(ByHand.Select(row => row.Ticket));
        using Mask mask = MaskOf(own.Layout, ByHand.Select(row => row.Pruned));
        SignAgreement found = SignAgreement.Of(ticket, own, mask);
        Assert.Equal([("fc1.weight", 2, 1), ("fc2.weight", 3, 1)], found.Layers.Select(l => (l.Layer, (int)l.Compared, (int)l.Agreeing)));
        Assert.Equal(0.4, found.Share);
        using Mask none = MaskOf(own.Layout, ByHand.Select((_, i) => i < 4 || i is > 5 and < 10));
        Assert.Null(SignAgreement.Of(ticket, own, none).Share);
        Assert.All(SignAgreement.Of(ticket, own, none).Layers, layer => Assert.Null(layer.Share));
    }

    private static void OnRandomNetworks(Action<WeightSet, WeightSet, Mask, RandomStream> check)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            var random = new RandomStream(seed, "signed");
            Network network = RandomNetworks.Graph(random);
            using WeightSet own = RandomNetworks.Weights(network, random),
                ticket = RandomNetworks.Weights(network, random);
            using Mask mask = RandomNetworks.Mask(own, random);
            check(own, ticket, mask, random);
        }
    }

    private static void SameWhereNotKept(WeightSet own, WeightSet made, Mask mask)
    {
        using Tensor places = mask.Pruned.logical_not();
        foreach (Parameter p in own.Network.Parameters.Where(p => !p.IsWeight))
            own.Layout.Slice(places, p).zero_();
        using Tensor left = own.Values.masked_fill(places, Held.Zero),
            found = made.Values.masked_fill(places, Held.Zero);
        Assert.True(left.bytes.SequenceEqual(found.bytes));
        Assert.True(own.StatisticBytes.SequenceEqual(made.StatisticBytes));
    }

    private static uint[] Bits(WeightSet weights, bool sign) =>
        [.. weights.Network.Parameters.SelectMany(weights.Read).Select(w => BitConverter.SingleToUInt32Bits(sign ? w : MathF.Abs(w)))];

    private static void MustBe(IEnumerable<float> expected, WeightSet own, WeightSet ticket, Mask mask, TicketStartOptions options)
    {
        using WeightSet found = SignedStart.Of(own, ticket, mask, options, new RandomStream(0, "signs"));
        Assert.Equal(expected.Select(BitConverter.SingleToUInt32Bits), Bits(found, sign: true));
    }

    private static WeightSet Set(IEnumerable<float> values)
    {
        var layout = new ParameterLayout(Mlp.Build(Shape.Maps(1, 1, 2), 2, depth: 1, width: 2));
        return new WeightSet(layout, tensor([.. values]), zeros(0));
    }

    private static Mask MaskOf(ParameterLayout layout, IEnumerable<bool> pruned) =>
        new(layout, PrunableSet.AllWeights.Of(layout.Network), tensor([.. pruned]));
}
