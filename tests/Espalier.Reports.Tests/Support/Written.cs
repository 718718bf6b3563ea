using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Tests.Support;

/// <summary>
/// A report's files that are text, without their pictures, which take longest to draw; WriteSpecs holds them to what is written.
/// </summary>
internal static partial class Written
{
    private static readonly ConcurrentDictionary<RunResults, Lazy<SortedDictionary<string, string>>> Cache = new(
        ReferenceEqualityComparer.Instance
    );

    /// <summary>Text files by their name with forward slashes.</summary>
    public static SortedDictionary<string, string> Texts(RunResults results)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string text) in Report.Texts(results))
            texts.Add(name, text);
        return texts;
    }

    /// <summary>Likewise, written once for all tests that only read them.</summary>
    public static IReadOnlyDictionary<string, string> Once(RunResults results) =>
        Cache.GetOrAdd(results, of => new Lazy<SortedDictionary<string, string>>(() => Texts(of))).Value;

    /// <summary>The page.</summary>
    public static string Page(RunResults results) => Once(results)[Report.PageName];

    /// <summary>A page without its figures and style, which have snapshots and tests of their own.</summary>
    public static string WithoutFigures(string page) =>
        Script().Replace(Style().Replace(Figure().Replace(page, "<svg/>"), "<style/>"), "<script/>");

    [GeneratedRegex("<svg .*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Figure();

    [GeneratedRegex("<script>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
