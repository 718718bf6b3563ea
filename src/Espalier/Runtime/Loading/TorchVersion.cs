using System.Globalization;
using System.Text.RegularExpressions;

namespace Espalier.Runtime.Loading;

/// <summary>Versions of libtorch, and which this library knows.</summary>
public static partial class TorchVersion
{
    /// <summary>The oldest that has everything that TorchSharp asks for.</summary>
    public static Version Oldest { get; } = new(2, 10);

    /// <summary>Those that Espalier was run with: 2.10 is the one it brings, 2.11 was tried on a GPU.</summary>
    public static IReadOnlyList<string> Known { get; } = ["2.10", "2.11"];

    /// <summary>Whether Espalier was ever run with it.</summary>
    /// <param name="version">Such as <c>2.11.0+cu130</c>.</param>
    public static bool IsKnown(string version) => Numbers(version) is { } numbers && Known.Contains($"{numbers.Major}.{numbers.Minor}");

    /// <summary>Major, minor and patch; null if there are none.</summary>
    internal static Version? Numbers(string? version) =>
        version is not null && Leading().Match(version) is { Success: true } match ? Version.Parse(match.Value) : null;

    /// <summary>What libtorch says of itself: a byte each for major, minor and patch, the first the highest of eight.</summary>
    internal static string Text(ulong number) =>
        string.Create(CultureInfo.InvariantCulture, $"{number >> 56}.{(byte)(number >> 48)}.{(byte)(number >> 40)}");

    [GeneratedRegex(@"^\d+\.\d+(\.\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Leading();
}
