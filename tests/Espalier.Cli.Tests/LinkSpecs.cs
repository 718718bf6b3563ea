using System.Text.RegularExpressions;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Links of the pages lead to files of the repository, and to headings that they have.</summary>
public sealed partial class LinkSpecs
{
    public static TheoryData<string> Pages() =>
        [.. new[] { "README.md", "CONTRIBUTING.md", "bench/results.md" }.Concat(Below("docs")).Concat(Below("results"))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(Repository.PathOf(page))!;
        IEnumerable<string> links = Links().Matches(File.ReadAllText(Repository.PathOf(page))).Select(match => match.Groups[1].Value);
        Assert.DoesNotContain(links, link => !Leads(folder, page, link));
    }

    private static bool Leads(string folder, string page, string link)
    {
        string[] parts = link.Split('#');
        string target = parts[0].Length == 0 ? Repository.PathOf(page) : Path.Combine(folder, parts[0]);
        if (parts.Length == 1)
            return Path.Exists(target);
        return File.Exists(target)
            && File.ReadLines(target).Where(line => line.StartsWith('#')).Any(heading => Anchor(heading) == parts[1]);
    }

    /// <summary>What a heading is linked by: its letters, digits and hyphens in lower case, blanks as hyphens.</summary>
    private static string Anchor(string heading) =>
        NoAnchor().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static IEnumerable<string> Below(string folder) =>
        Directory
            .EnumerateFiles(Repository.PathOf(folder), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.PathOf("."), path));

    [GeneratedRegex(@"\]\((?!https?:)([^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
