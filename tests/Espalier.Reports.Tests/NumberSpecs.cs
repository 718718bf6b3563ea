using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

public sealed class NumberSpecs
{
    public static TheoryData<string> Under => [.. Cultures.All.Keys];

    [Theory, MemberData(nameof(Under))]
    public void Numbers_are_written_one_way_under_every_culture(string culture) =>
        Cultures.Under(
            culture,
            () =>
            {
                Assert.Equal("−1234.50", Numbers.Fixed(-1234.5));
                Assert.Equal("0.00", Numbers.Fixed(-0.001));
                Assert.Equal("–", Numbers.Fixed(double.NaN));
                Assert.Equal("+0.50", Numbers.Signed(0.5));
                Assert.Equal("0.00", Numbers.Signed(0));
                Assert.Equal("99.95 %", Numbers.Percent(0.9995));
                Assert.Equal("1,234,567", Numbers.Count(1234567));
                Assert.Equal("91.25", Numbers.MeanStd(91.25, null));
                Assert.Equal("91.25 ± 0.30", Numbers.MeanStd(91.25, 0.3));
                Assert.Equal("-0.125", Numbers.Raw(-0.125));
                Assert.Equal("", Numbers.Raw(double.PositiveInfinity));
                return true;
            }
        );

    [
        Theory,
        InlineData(0, "0 FLOP"),
        InlineData(999, "999 FLOP"),
        InlineData(1234, "1.23 kFLOP"),
        InlineData(4.1e15, "4.10 PFLOP"),
        InlineData(5.6e17, "560 PFLOP")
    ]
    public void Big_numbers_have_a_prefix(double value, string text) => Assert.Equal(text, Numbers.Big(value, "FLOP"));

    [
        Theory,
        InlineData(0.42, "0.4 s"),
        InlineData(59.2, "59 s"),
        InlineData(125, "2 min"),
        InlineData(3600 * 5 + 60 * 7, "5 h 07 min"),
        InlineData(86400 * 3 + 3600 * 4, "3 d 04 h")
    ]
    public void Times_are_said_as_people_say_them(double seconds, string text) => Assert.Equal(text, Numbers.Duration(seconds));

    [
        Theory,
        InlineData(0, 1),
        InlineData(88.13, 92.77),
        InlineData(-0.02, 0.043),
        InlineData(0, 181650),
        InlineData(91.2, 91.2),
        InlineData(1e-9, 3e-9)
    ]
    public void Ticks_are_round_few_and_inside(double low, double high)
    {
        Axis axis = Axis.Covering("", [low, high, double.NaN]);
        Assert.InRange(axis.Ticks.Count, 2, 9);
        Assert.All(axis.Ticks, tick => Assert.InRange(tick.At, axis.Min - 1e-12, axis.Max + 1e-12));
        Assert.True(axis.Min <= low && axis.Max >= high);
    }

    [Fact]
    public void A_line_is_cut_where_it_leaves_the_panel()
    {
        Point[][] parts = [.. Clip.Below([new(0, 20), new(10, 0), new(20, 20), new(30, 20), new(40, 0)], 10)];
        Assert.Equal(2, parts.Length);
        Assert.Equal([new(5, 10), new(10, 0), new(15, 10)], parts[0]);
        Assert.Equal([new(35, 10), new(40, 0)], parts[1]);
    }
}
