using System.Net;
using System.Text.RegularExpressions;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>The page's script, run by a browser.</summary>
public sealed class ScriptSpecs
{
    // Presses the first entry of a legend with the pointer and then with a key, and moves the pointer to a point of the figure.
    private const string Press = """
        <script>
          const svg = [...document.querySelectorAll('svg.wide')].find(figure => figure.querySelectorAll('[data-key]').length > 1);
          const key = svg.querySelector('[data-key]'), said = [key.dataset.key];
          const hidden = () => [...svg.querySelectorAll('[data-of]')].filter(part => part.style.display === 'none');
          key.dispatchEvent(new MouseEvent('click'));
          said.push([...new Set(hidden().map(part => part.dataset.of))].join('+'), key.getAttribute('aria-pressed'));
          key.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
          said.push(hidden().length, key.getAttribute('aria-pressed'));
          const box = svg.querySelector('[data-of] circle, [data-of] polygon, [data-of] use').getBoundingClientRect();
          const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
          svg.dispatchEvent(new PointerEvent('pointermove', at));
          const tip = document.querySelector('.tip');
          said.push(tip.hidden, tip.textContent);
          svg.dispatchEvent(new PointerEvent('pointerleave'));
          said.push(tip.hidden);
          document.title = 'said: ' + said.join(' | ');
        </script>
        """;

    [Fact]
    public void A_legends_entry_hides_what_it_stands_for_and_shows_it_again_and_the_nearest_point_says_its_numbers()
    {
        using var folder = new TempFolder();
        string page = Written.Page(Fixtures.Finished).Replace("</body>", Press + "</body>", StringComparison.Ordinal);
        File.WriteAllText(folder["page.html"], page);
        string title = WebUtility.HtmlDecode(
            Regex.Match(Browser.Dom(folder.Path, "page.html", 1280), "<title>(said: [^<]*)</title>").Groups[1].Value
        );
        string[] said = title.Split(" | ");
        Assert.Equal(["said: LTH", "LTH", "false", "0", "true", "false"], said[..6]);
        Assert.Matches(@"^\S.*k = \d+: \d+\.\d\d", said[6]);
        Assert.Equal("true", said[7]);
    }
}
