using System.Runtime.CompilerServices;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>Reports of invented results are compared with files under Snapshots; ESPALIER_UPDATE_SNAPSHOTS=1 writes them anew.</summary>
public sealed class SnapshotSpecs
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("ESPALIER_UPDATE_SNAPSHOTS") == "1";

    public static TheoryData<string, string> Cases =>
        [.. from fixture in Fixtures.All.Keys from culture in Cultures.All.Keys select (fixture, culture)];

    [Theory, MemberData(nameof(Cases))]
    public void A_report_is_as_it_was_under_every_culture(string fixture, string culture)
    {
        SortedDictionary<string, string> texts = Cultures.Under(culture, () => Written.Texts(Fixtures.All[fixture]));
        texts[Report.PageName] = Written.WithoutFigures(texts[Report.PageName]);
        string folder = Path.Combine(Folder(), fixture);
        // The figures of one run are enough to see a change in how they are drawn.
        string[] kept = [.. texts.Keys.Where(name => fixture == "one-seed" || !name.StartsWith("figures/", StringComparison.Ordinal))];
        foreach (string name in kept)
        {
            string path = Path.Combine(folder, name);
            if (Update && culture == "invariant")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, texts[name]);
            }
            Assert.True(File.Exists(path), $"There is no snapshot {fixture}/{name}.");
            Assert.Equal(File.ReadAllText(path), texts[name]);
        }
        string[] there =
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(kept.Order(StringComparer.Ordinal), there);
    }

    [Theory, InlineData("finished"), InlineData("early-matching")]
    public void Figures_are_the_same_under_every_culture(string fixture)
    {
        KeyValuePair<string, string>[] Figures(string culture) =>
            [
                .. Cultures
                    .Under(culture, () => Written.Texts(Fixtures.All[fixture]))
                    .Where(file => file.Key.EndsWith(".svg", StringComparison.Ordinal)),
            ];
        KeyValuePair<string, string>[] invariant = Figures("invariant");
        Assert.NotEmpty(invariant);
        Assert.Equal(invariant, Figures("comma"));
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Snapshots");
}
