using System.Numerics;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

/// <summary>How many bits of a ticket a start takes.</summary>
public class TicketBitsSpecs
{
    [Fact]
    public void The_bits_of_a_choice_are_the_logarithm_of_the_number_of_choices()
    {
        for (int n = 0; n <= 300; n += n < 40 ? 1 : 13)
        for (int chosen = 0; chosen <= n; chosen += Math.Max(1, n / 7))
        {
            BigInteger ways = 1;
            for (int i = 1; i <= chosen; i++)
                ways = ways * (n - chosen + i) / i;
            Assert.Equal(BigInteger.Log(ways) / Math.Log(2), TicketBits.Log2Choose(n, chosen), 9);
        }
        // Of very many places half: one bit a place, but for ½ log₂(πn/2).
        double n2 = 1 << 24;
        Assert.Equal(n2 - 0.5 * Math.Log2(Math.PI * n2 / 2), TicketBits.Log2Choose(1 << 24, 1 << 23), 6);
    }

    /// <summary>2 inputs, 2 units, 2 classes: 2 of 4 weights kept, then 3 of 4; 4 biases.</summary>
    [Fact]
    public void A_start_takes_a_bit_a_sign_and_the_rest_of_a_weight_a_magnitude()
    {
        var layout = new ParameterLayout(Mlp.Build(Shape.Maps(1, 1, 2), 2, depth: 1, width: 2));
        bool[] pruned = [true, true, false, false, false, false, true, false, false, false, false, false];
        using Mask mask = new(layout, PrunableSet.AllWeights.Of(layout.Network), tensor(pruned));
        Assert.Equal(Math.Log2(6) + Math.Log2(4), TicketBits.OfMask(mask), 12);
        Assert.Equal(TicketBits.OfMask(mask) + 32 * (5 + 4), TicketBits.OfTicket(mask), 12);
        double Of(TicketStart kind, OtherArrays others = OtherArrays.Own, bool classifier = true) =>
            TicketBits.OfStart(
                mask,
                new()
                {
                    Kind = kind,
                    Others = others,
                    Classifier = classifier,
                }
            );
        Assert.Equal(5, Of(TicketStart.Signed));
        Assert.Equal(2, Of(TicketStart.Signed, classifier: false));
        Assert.Equal(5 * 31, Of(TicketStart.Magnitudes));
        Assert.Equal(5 * 32, Of(TicketStart.Copied));
        Assert.Equal(5 + 4, Of(TicketStart.Signed, OtherArrays.Signs));
        Assert.Equal(5 + 4 * 32, Of(TicketStart.Signed, OtherArrays.Values));
        Assert.Equal(0, Of(TicketStart.RandomSigns));
        Assert.Equal(0, Of(TicketStart.Own, OtherArrays.Values));
    }
}
