using System.Globalization;
using Espalier.Lab.Design;
using Espalier.Networks;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Lab.Tests.Design;

public class PlainNumberSpecs
{
    [Theory]
    [InlineData("0.05", 0.05)]
    [InlineData("-3", -3)]
    [InlineData("+.5", 0.5)]
    [InlineData("1e-4", 1e-4)]
    [InlineData("2E3", 2000)]
    public void Plain_numbers_are_read_under_every_culture(string text, double expected)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NumberGroupSeparator, commas.NumberFormat.NegativeSign) = (
                ",",
                ".",
                "−"
            );
            CultureInfo.CurrentCulture = commas;
            Assert.True(PlainNumber.TryParse(text, out double number));
            Assert.Equal(expected, number);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    public static TheoryData<string> Strange() =>
        [
            "0,05",
            "1,000",
            "1.000,5",
            " 1",
            "1 ",
            "1\0",
            "0x10",
            "nan",
            "NaN",
            "Infinity",
            "-∞",
            "1e400",
            "",
            "-",
            ".",
            "1e",
            "1_000",
            "٣",
            "1.5.2",
            "--1",
        ];

    [Theory]
    [MemberData(nameof(Strange))]
    public void Anything_else_is_none(string text)
    {
        Assert.False(PlainNumber.TryParse(text, out double _));
        Assert.False(PlainNumber.TryParse(text, out int _));
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("2147483648")]
    public void Whole_numbers_are_whole_and_fit(string text) => Assert.False(PlainNumber.TryParse(text, out int _));

    [Fact]
    public void Every_number_that_is_written_reads_back_as_itself()
    {
        var random = new RandomStream(1, "numbers");
        for (int i = 0; i < 1000; i++)
        {
            double number = BitConverter.Int64BitsToDouble(
                (long)random.NextInt(int.MaxValue) << 33 | (long)random.NextInt(int.MaxValue) << 2
            );
            if (!double.IsFinite(number))
                continue;
            Assert.True(PlainNumber.TryParse(number.ToString("R", CultureInfo.InvariantCulture), out double read));
            Assert.Equal(number, read);
        }
    }

    [Theory]
    [InlineData("mlp:width=1,6")]
    [InlineData("mlp:width= 16")]
    [InlineData("mlp:width=1e1")]
    [InlineData("resnet20:width=0x1")]
    public void Sizes_in_the_names_of_networks_are_plain(string model) =>
        Assert.Throws<InputException>(() => Models.Build(model, Shape.Maps(3, 32, 32), 10));

    [Theory]
    [InlineData("by=combined lambda=0,5")]
    [InlineData("by=combined lambda=NaN")]
    [InlineData("by=weights restarts=1,000")]
    public void Numbers_of_a_match_are_plain(string match) => Assert.Throws<InputException>(() => MatchVariant.Parse(match));
}
