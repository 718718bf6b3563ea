namespace Espalier.Reports.Drawing;

/// <summary>What the colours are on white and on a dark page.</summary>
internal static class Palette
{
    private static readonly (string Light, string Dark)[] Colours =
    [
        ("#1f2328", "#e6e8eb"),
        ("#57606a", "#a3abb5"),
        ("#e3e6ea", "#343a42"),
        ("#ffffff", "#16191d"),
        ("#000000", "#f2f2f2"),
        ("#0072b2", "#4aa3df"),
        ("#e69f00", "#f0b429"),
        ("#009e73", "#2fc79a"),
        ("#56b4e9", "#9ad4f5"),
        ("#d55e00", "#f0803c"),
        ("#cc79a7", "#e39cc4"),
        ("#7a828c", "#9aa3ad"),
        ("#f2f4e8", "#f2f4e8"),
        ("#cfe4da", "#cfe4da"),
        ("#abd4cd", "#abd4cd"),
        ("#87c1c0", "#87c1c0"),
        ("#5da5b9", "#5da5b9"),
        ("#3389b2", "#3389b2"),
        ("#226894", "#226894"),
        ("#184672", "#184672"),
        ("#0d244f", "#0d244f"),
    ];

    /// <summary>Levels, from the palest to the deepest.</summary>
    public static IReadOnlyList<Paint> Levels { get; } =
    [.. Enumerable.Range((int)Paint.Level1, Paint.Level9 - Paint.Level1 + 1).Select(level => (Paint)level)];

    /// <summary>On white.</summary>
    public static string Light(Paint paint) => Colours[(int)paint].Light;

    /// <summary>On a dark page.</summary>
    public static string Dark(Paint paint) => Colours[(int)paint].Dark;

    /// <summary>The custom property that a page sets to one or the other.</summary>
    public static string Property(Paint paint) => "--" + paint.ToString().ToLowerInvariant();
}
