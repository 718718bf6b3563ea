using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Espalier.Reports.Tests.Support;
using SkiaSharp;

namespace Espalier.Reports.Tests;

/// <summary>The page as a browser shows it.</summary>
public sealed partial class BrowserSpecs
{
    // Put into a copy of the page: lists texts of figures that touch or leave their figure, and says whether the page is wider than the
    // window.
    private const string Measure = """
        <script>
          const faults = [];
          if (document.documentElement.scrollWidth > window.innerWidth)
            faults.push('page is ' + document.documentElement.scrollWidth + ' wide');
          const shown = [...document.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width > 0);
          for (const svg of shown) {
            const frame = svg.getBoundingClientRect();
            if (frame.width + 1 < svg.getAttribute('width')) faults.push('a figure is made smaller');
            const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
            texts.forEach(([text, box], i) => {
              if (box.width === 0) faults.push(text + ' is not shown');
              if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
                faults.push(text + ' leaves the figure');
              for (const [other, b] of texts.slice(0, i))
                if (box.left < b.right - 1 && b.left < box.right - 1 && box.top < b.bottom - 4 && b.top < box.bottom - 4)
                  faults.push(text + ' touches ' + other);
            });
          }
          for (const cell of document.querySelectorAll('td, th, dd, li, p')) if (cell.scrollWidth > cell.clientWidth + 1
              && getComputedStyle(cell).display !== 'inline') faults.push('cut off: ' + cell.textContent.slice(0, 40));
          document.title = 'measured ' + shown.length + ' figures; faults: ' + faults.join(' | ');
        </script>
        """;

    private const string Bad =
        "<svg width=\"200\" height=\"50\"><text x=\"10\" y=\"30\">one</text><text x=\"14\" y=\"32\">two</text><text "
        + "x=\"190\" y=\"30\">three</text></svg>";

    // A browser takes longer to start than to lay out a page: all pages are measured in frames of one window.
    private static readonly Lazy<Dictionary<(string Run, int Width), string>> s_measured = new(MeasureAll);

    public static TheoryData<string, int> Pages =>
        [.. from run in Fixtures.All.Keys.Concat(["large", "stress"]) from width in new[] { 390, 1280 } select (run, width)];

    [Theory, MemberData(nameof(Pages))]
    public void Nothing_overflows_or_overlaps(string run, int width) =>
        Assert.Equal($"measured {Regex.Count(Page(run), "<figure ")} figures; faults:", s_measured.Value[(run, width)]);

    [Fact]
    public void The_measurement_finds_texts_that_overlap_or_leave_their_figure_and_pages_that_are_too_wide()
    {
        string faults = s_measured.Value[("bad", 390)];
        Assert.Contains("two touches one", faults);
        Assert.Contains("three leaves the figure", faults);
        Assert.Contains("page is ", faults);
        Assert.DoesNotContain("page is ", s_measured.Value[("bad", 1280)]);
    }

    [Fact]
    public void A_screenshot_shows_text_and_the_colours_of_the_figures()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder[Report.PageName], Page("finished"));
        using SKBitmap picture = SKBitmap.Decode(Browser.Screenshot(folder.Path, Report.PageName, 1200, 9000));
        Assert.Equal((1200, 9000), (picture.Width, picture.Height));
        SKColor[] pixels = picture.Pixels;
        double[] grey = [.. pixels.Select(p => (p.Red + p.Green + p.Blue) / 3.0)];
        double mean = grey.Average(),
            std = Math.Sqrt(grey.Average(value => (value - mean) * (value - mean)));
        Assert.InRange(mean, 200, 254);
        Assert.InRange(std, 10, 90);
        // Blue, green and orange of the lines: figures are drawn, in their colours.
        foreach (SKColor colour in new[] { SKColor.Parse("#0072b2"), SKColor.Parse("#009e73"), SKColor.Parse("#e69f00") })
            Assert.InRange(pixels.Count(p => p == colour), 500, 500_000);
        // Every band of the page that is as tall as a few lines of text has ink in it, up to the end of its content.
        int last = Array.FindLastIndex(grey, value => value < 128) / picture.Width;
        Assert.InRange(last, 4000, 9000);
        for (int band = 0; band + 200 <= last; band += 200)
            Assert.Contains(grey.AsSpan(band * picture.Width, 200 * picture.Width).ToArray(), value => value < 128);
    }

    private static Dictionary<(string Run, int Width), string> MeasureAll()
    {
        using var folder = new TempFolder();
        (string Run, int Width)[] all = [.. Pages.Select(row => row.Data), ("bad", 390), ("bad", 1280)];
        foreach (string run in all.Select(page => page.Run).Distinct())
            File.WriteAllText(folder[run + ".html"], Page(run).Replace("</body>", Measure + "</body>", StringComparison.Ordinal));
        string frames = string.Concat(
            all.Select(page => $"<iframe src=\"{page.Run}.html\" style=\"width: {page.Width}px; height: 900px; border: 0\"></iframe>\n")
        );
        const string Collect =
            "<script>onload = () => document.body.append(JSON.stringify([...document.querySelectorAll('iframe')].map(f => "
            + "f.contentDocument.title)));</script>";
        File.WriteAllText(folder["all.html"], $"<!DOCTYPE html><html><head><title>x</title></head><body>{frames}{Collect}</body></html>");
        string found = Found().Match(Browser.Dom(folder.Path, "all.html", 1400)).Value;
        string[] titles = JsonSerializer.Deserialize<string[]>(WebUtility.HtmlDecode(found))!;
        return all.Zip(titles).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static string Page(string run) =>
        run switch
        {
            "bad" => $"<!DOCTYPE html><html><head><title>x</title></head><body>{Bad}<p style=\"width: 500px\">wide</p></body></html>",
            "large" => Written.Page(Fixtures.Large),
            "stress" => Written.Page(Fixtures.Stress),
            _ => Written.Page(Fixtures.All[run]),
        };

    [GeneratedRegex("""\["measured .*\](?=</body>)""", RegexOptions.Singleline)]
    private static partial Regex Found();
}
