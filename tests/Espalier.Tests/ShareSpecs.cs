using Xunit;

namespace Espalier.Tests;

public class ShareSpecs
{
    [Theory]
    [InlineData(0.95, 2, "95")]
    [InlineData(0.5904, 2, "59.04")]
    [InlineData(0.07, 2, "7")]
    [InlineData(1, 1, "100")]
    [InlineData(0, 1, "0")]
    [InlineData(0.99977, 1, "99.98")]
    [InlineData(0.9999997, 2, "99.99997")]
    [InlineData(0.00004, 1, "0.004")]
    [InlineData(1.5, 2, "150")]
    [InlineData(-0.25, 2, "-25")]
    [InlineData(-0.0000001, 2, "-0.00001")]
    public void A_share_is_in_per_cent(double share, int decimals, string expected) =>
        Assert.Equal(expected, Share.Percent(share, decimals));

    [Fact]
    public void Nothing_says_that_all_is_pruned_while_a_weight_is_kept()
    {
        for (long weights = 10; weights <= 10_000_000_000; weights *= 10)
        for (int decimals = 0; decimals < 4; decimals++)
        {
            Assert.NotEqual("100", Share.Percent(1 - 1.0 / weights, decimals));
            Assert.NotEqual("0", Share.Percent(1.0 / weights, decimals));
        }
    }
}
