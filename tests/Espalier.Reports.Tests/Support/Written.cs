using System.Text.RegularExpressions;
using Espalier.Experiments.Results;

namespace Espalier.Reports.Tests.Support;

/// <summary>A report's files as text, read back.</summary>
internal static partial class Written
{
    /// <summary>Text files by their name with forward slashes.</summary>
    public static SortedDictionary<string, string> Texts(RunResults results)
    {
        using var folder = new TempFolder();
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Report.Write(results, folder.Path))
            if (!path.EndsWith(".png", StringComparison.Ordinal)) texts[Path.GetRelativePath(folder.Path, path).Replace('\\', '/')] = File.ReadAllText(path);
        return texts;
    }

    /// <summary>The page.</summary>
    public static string Page(RunResults results) => Texts(results)[Report.PageName];

    /// <summary>A page without its figures and style, which have snapshots and tests of their own.</summary>
    public static string WithoutFigures(string page) => Style().Replace(Figure().Replace(page, "<svg/>"), "<style/>");

    [GeneratedRegex("<svg .*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Figure();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
