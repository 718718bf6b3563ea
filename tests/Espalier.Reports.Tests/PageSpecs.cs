using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>The page's structure, checked without any tool.</summary>
public sealed class PageSpecs
{
    public static TheoryData<string> Runs => [.. Fixtures.All.Keys];

    [Theory, MemberData(nameof(Runs))]
    public void A_page_is_balanced_and_its_ids_are_unique_and_every_reference_has_its_target(string run)
    {
        XElement html = Parse(run);
        string[] ids = [.. html.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(
            html.Descendants().Attributes("aria-labelledby").SelectMany(ids => ids.Value.Split(' ')),
            id => Assert.Contains(id, ids)
        );
        string[] files = [.. Written.Once(Fixtures.All[run]).Keys];
        Assert.All(
            html.Descendants("a").Attributes("href"),
            link =>
                Assert.True(
                    ids.Contains(link.Value.TrimStart('#')) || files.Contains(link.Value.Replace(".png", ".svg", StringComparison.Ordinal)),
                    link.Value
                )
        );
    }

    [Theory, MemberData(nameof(Runs))]
    public void A_page_needs_no_network_and_is_whole_without_its_one_small_script(string run)
    {
        string page = Written.Page(Fixtures.All[run]);
        string[] scripts = [.. Parse(run).Descendants("script").Select(script => script.Value)];
        Assert.Equal(page.Contains("<svg", StringComparison.Ordinal) ? 1 : 0, scripts.Length);
        Assert.All(scripts, script => Assert.InRange(script.Length, 500, 5_000));
        Assert.All(scripts, script => Assert.DoesNotMatch("fetch|XMLHttp|import|eval|innerHTML|localStorage", script));
        page = Regex.Replace(page, "<script>.*?</script>", "", RegexOptions.Singleline);
        Assert.DoesNotMatch(new Regex(@"https?:|\bsrc=|url\(|@import|<script|<link|<img|\bon[a-z]+=", RegexOptions.IgnoreCase), page);
    }

    [Theory, MemberData(nameof(Runs))]
    public void Tables_have_captions_and_scopes_and_rows_of_one_width(string run)
    {
        foreach (XElement table in Parse(run).Descendants("table"))
        {
            Assert.NotEmpty(table.Element("caption")!.Value);
            Assert.All(
                table.Descendants("th"),
                head => Assert.Contains(head.Attribute("scope")?.Value, new[] { "col", "row", "rowgroup" })
            );
            int columns = table.Element("thead")!.Descendants("th").Count();
            foreach (XElement body in table.Elements("tbody"))
            {
                XElement[] rows = [.. body.Elements("tr")];
                int group = rows[0].Elements("th").First().Attribute("scope")!.Value == "rowgroup" ? 1 : 0;
                if (group == 1)
                    Assert.Equal(rows.Length, int.Parse(rows[0].Elements("th").First().Attribute("rowspan")?.Value ?? "1"));
                Assert.Equal(columns, rows[0].Elements().Count());
                Assert.All(rows.Skip(1), row => Assert.Equal(columns - group, row.Elements().Count()));
            }
        }
    }

    [Theory, MemberData(nameof(Runs))]
    public void Figures_have_a_caption_a_title_and_a_description(string run)
    {
        XElement html = Parse(run);
        Assert.Equal(html.Descendants("svg").Count(), html.Descendants("figure").Elements("svg").Count());
        foreach (XElement figure in html.Descendants("figure"))
        {
            Assert.NotEmpty(figure.Element("figcaption")!.Value);
            Assert.Equal(["wide", "narrow"], figure.Elements("svg").Select(svg => svg.Attribute("class")!.Value));
            Assert.All(
                figure.Elements("svg"),
                svg =>
                {
                    Assert.Equal(["title", "desc"], svg.Elements().Take(2).Where(e => e.Value.Length > 10).Select(e => e.Name.LocalName));
                    Assert.Equal("img", svg.Attribute("role")!.Value);
                }
            );
            string id = figure.Attribute("id")!.Value;
            Assert.Equal(
                new[] { "svg", "png", "csv" }.Select(ending => $"figures/{id}.{ending}"),
                figure.Descendants("a").Select(link => link.Attribute("href")!.Value)
            );
        }
    }

    [Theory, MemberData(nameof(Runs))]
    public void No_entry_of_a_legend_stands_twice_and_each_can_be_told_from_what_it_hides(string run)
    {
        foreach (XElement figure in Parse(run).Descendants("svg"))
        {
            string[] keys = [.. figure.Descendants().Attributes("data-key").Select(key => key.Value)];
            Assert.Equal(keys.Distinct(), keys);
            Assert.All(keys, Assert.NotEmpty);
        }
    }

    [Theory, MemberData(nameof(Runs))]
    public void Headings_leave_no_level_out(string run)
    {
        int[] levels =
        [
            .. Parse(run).Descendants().Where(e => Regex.IsMatch(e.Name.LocalName, "^h[1-6]$")).Select(e => e.Name.LocalName[1] - '0'),
        ];
        Assert.Equal(1, levels[0]);
        Assert.Single(levels, 1);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
    }

    [Fact]
    public void Text_from_outside_is_escaped()
    {
        string page = Written.Page(Fixtures.UnderWay);
        Assert.Contains("&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;", page);
        Assert.DoesNotContain("<script>alert", page);
    }

    private static XElement Parse(string run)
    {
        using var reader = XmlReader.Create(
            new StringReader(Written.Page(Fixtures.All[run])),
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore }
        );
        return XDocument.Load(reader).Root!;
    }
}
