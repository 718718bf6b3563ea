using System.Globalization;
using System.Text.RegularExpressions;
using Espalier.Reports.Html;

namespace Espalier.Reports.Tests;

/// <summary>
/// Texts can be read on light and dark pages: at least 4.5 to 1 (WCAG 2.1, 1.4.3), of the colours that the style itself has.
/// </summary>
public sealed partial class ContrastSpecs
{
    private const double Text = 4.5;

    /// <summary>What is written on what; <c>a/b/n</c> is n per cent of a mixed with b, as the style mixes.</summary>
    public static TheoryData<string, string, bool> Pairs =>
        [
            .. from pair in new[]
            {
                ("ink", "paper"),
                ("muted", "paper"),
                ("blue", "paper"), // links
                ("paper", "ink"), // what the pointer is near to
                ("ink", "ink/paper/4"), // commands, notices, the row under the pointer
                ("muted", "ink/paper/4"),
                ("blue", "ink/paper/4"),
                ("green/ink/72", "paper"), // differences above 0
                ("vermillion/ink/78", "paper"), // and below
                ("green/ink/72", "ink/paper/4"),
                ("vermillion/ink/78", "ink/paper/4"),
            }
            from dark in new[] { false, true }
            select (pair.Item1, pair.Item2, dark),
        ];

    [Theory, MemberData(nameof(Pairs))]
    public void Texts_stand_out(string text, string ground, bool dark) => Assert.InRange(Ratio(text, ground, dark), Text, 21);

    [Fact]
    public void The_mixtures_are_those_of_the_style()
    {
        foreach (string mixed in new[] { "ink) 4%, var(--paper", "green) 72%, var(--ink", "vermillion) 78%, var(--ink" })
            Assert.Contains($"color-mix(in srgb, var(--{mixed}))", StyleSheet.Text, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(StyleSheet.Text, @"color-mix\("));
        string[] colours = [.. TextColour().Matches(StyleSheet.Text).Select(rule => rule.Groups[1].Value)];
        Assert.NotEmpty(colours);
        Assert.All(colours, colour => Assert.Contains(colour, new[] { "var(--ink)", "var(--muted)", "var(--accent)", "var(--paper)" }));
    }

    [Fact]
    public void The_ratio_is_that_of_the_recommendation()
    {
        Assert.Equal(21, Contrast((0, 0, 0), (255, 255, 255)), 1e-9);
        Assert.Equal(4.54, Contrast((118, 118, 118), (255, 255, 255)), 0.01); // #767676, the palest grey that passes on white
        Assert.True(Contrast((119, 119, 119), (255, 255, 255)) < Text);
    }

    private static double Ratio(string a, string b, bool dark) => Contrast(Colour(a, dark), Colour(b, dark));

    private static double Contrast((double, double, double) a, (double, double, double) b)
    {
        double first = Luminance(a),
            second = Luminance(b);
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    private static double Luminance((double R, double G, double B) colour)
    {
        static double Linear(double c) => c / 255 <= 0.04045 ? c / 255 / 12.92 : Math.Pow((c / 255 + 0.055) / 1.055, 2.4);
        return 0.2126 * Linear(colour.R) + 0.7152 * Linear(colour.G) + 0.0722 * Linear(colour.B);
    }

    private static (double R, double G, double B) Colour(string name, bool dark)
    {
        if (name.Split('/') is [var first, var second, var percent])
        {
            (double R, double G, double B) a = Colour(first, dark),
                b = Colour(second, dark);
            double share = double.Parse(percent, CultureInfo.InvariantCulture) / 100;
            return (Mix(a.R, b.R), Mix(a.G, b.G), Mix(a.B, b.B));

            double Mix(double x, double y) => share * x + (1 - share) * y;
        }
        // The first set of colours is of light pages, the second of dark ones.
        string hex = Regex.Matches(StyleSheet.Text, $"--{name}: #([0-9a-f]{{6}});")[dark ? 1 : 0].Groups[1].Value;
        byte[] rgb = Convert.FromHexString(hex);
        return (rgb[0], rgb[1], rgb[2]);
    }

    [GeneratedRegex(@"[{; ]color: ([^;}]*?\))(?=[;} ])(?<!color-mix.*)")]
    private static partial Regex TextColour();
}
