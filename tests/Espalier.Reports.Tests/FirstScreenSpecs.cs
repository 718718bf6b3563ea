using System.Net;
using System.Text.RegularExpressions;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Tables;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>What a reader sees before anything else, and in which order the rest comes.</summary>
public sealed partial class FirstScreenSpecs
{
    [Fact]
    public void The_claim_its_interval_the_schedule_and_the_seeds_stand_first()
    {
        RunView view = new(Fixtures.Finished);
        GapClosed gap = GapClosed.Of(view.Main("resnet20"), "permuted");
        string[] tiles = Tiles(Fixtures.Finished);
        Assert.Equal(6, tiles.Length); // two of each network, the schedule, the seeds
        Assert.StartsWith("gap to LTH closed by permutedresnet20", tiles[0]);
        Assert.Contains(
            $"{Math.Round(100 * gap.Share)} %95 % interval {Math.Round(100 * gap.Low)} % to {Math.Round(100 * gap.High)} %",
            tiles[0]
        );
        Assert.StartsWith("permuted − naive, pointsresnet20", tiles[1]);
        Assert.StartsWith("schedulefull", tiles[^2]);
        Assert.Equal("seeds30, 1, 2", tiles[^1]);
        string page = Written.Page(Fixtures.Finished);
        Assert.True(page.IndexOf("class=\"glance\"", StringComparison.Ordinal) < page.IndexOf("<nav", StringComparison.Ordinal));
    }

    [Fact]
    public void A_scaled_schedule_and_a_single_seed_are_said_plainly_and_marked()
    {
        string[] tiles = Tiles(Fixtures.OneSeed);
        Assert.Equal("schedule, scaled down10 %T = 20 epochs; the paper has 200", tiles[^2]);
        Assert.Equal("seed1number 0: no interval", tiles[^1]);
        Assert.All(tiles[..2], tile => Assert.EndsWith("one seed: no interval", tile));
        Assert.Equal(2, Regex.Count(Written.Page(Fixtures.OneSeed), "<div class=\"warning\">"));
        Assert.DoesNotContain("class=\"warning\"", Written.Page(Fixtures.Finished));
    }

    [Fact]
    public void A_run_of_studies_alone_begins_with_them_and_says_the_least_barrier()
    {
        RunResults studies = StudyFixture.Landscapes with { Cells = [] };
        Assert.Contains(Tiles(studies), tile => tile.StartsWith("error barrier, aligned", StringComparison.Ordinal));
        string[] parts = [.. Part().Matches(Written.Page(studies)).Select(match => match.Groups[1].Value)];
        Assert.Equal(["summary", "between", "plane"], parts[..3]);
    }

    [Fact]
    public void Columns_in_which_nothing_is_known_are_left_out_and_no_other()
    {
        var table = new Table(
            "t",
            "c",
            ["a", "b", "c", "d"],
            1,
            [
                ["–", "–", "1", new Cell("–", "why")],
                ["–", "–", "–", "–"],
            ]
        );
        Table told = table.Told();
        Assert.Equal(["a", "c", "d"], told.Columns.Select(column => column.Text));
        Assert.All(told.Rows, row => Assert.Equal(3, row.Count));
        Assert.Same(told, told.Told());
        Assert.DoesNotContain("ours − paper", Written.Page(Fixtures.UnderWay));
        Assert.Contains("ours − paper", Written.Page(Fixtures.Finished));
    }

    [Fact]
    public void One_seed_has_no_mean_over_seeds() => Assert.DoesNotContain("over seeds", Written.Page(Fixtures.OneSeed));

    private static string[] Tiles(RunResults results) =>
        [
            .. Tile()
                .Matches(Glance().Match(Written.Page(results)).Value)
                .Select(tile => WebUtility.HtmlDecode(Regex.Replace(tile.Value, "<[^>]*>|\n", ""))),
        ];

    [GeneratedRegex("<dl class=\"glance\">.*?</dl>", RegexOptions.Singleline)]
    private static partial Regex Glance();

    [GeneratedRegex("<div.*?</div>", RegexOptions.Singleline)]
    private static partial Regex Tile();

    [GeneratedRegex("<section id=\"([^\"]*)\" aria-labelledby")]
    private static partial Regex Part();
}
