using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Reports.Steps;
using Espalier.Reports.Tests.Support;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Reports.Tests;

/// <summary>Pages of single steps; their numbers are invented, masks and matches are made.</summary>
public sealed class StepPageSpecs
{
    private static readonly Network s_network = Models.Build("mlp:depth=2,width=24", Networks.Shape.Maps(1, 8, 8), 10);

    private static readonly Step s_step = new(
        "step <of> & \"mine\"",
        "mlp",
        "invented",
        [new("Test accuracy", "50 %")],
        [new("epochs", "3"), new("<b>", "&")]
    );

    private static readonly EpochMetrics[] s_metrics =
    [
        new(1, 0.1, 2.3, 10, 2.2, 12, 5, 100),
        new(2, 0.05, 1.5, 40, null, null, 6, 100),
        new(3, 0, double.NaN, 55, 1.25, 50, 7, 100),
    ];

    private static readonly Lazy<Dictionary<string, string>> s_pages = new(Make);

    public static TheoryData<string> Pages => ["dense", "sparse", "pruned", "matched"];

    [Theory, MemberData(nameof(Pages))]
    public void A_page_is_balanced_and_needs_nothing_else(string name)
    {
        string page = s_pages.Value[name];
        using var reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        XElement html = XDocument.Load(reader).Root!;
        string[] ids = [.. html.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(html.Descendants("a").Attributes("href"), link => Assert.Contains(link.Value[1..], ids));
        Assert.All(html.Descendants().Attributes("aria-labelledby").SelectMany(of => of.Value.Split(' ')), id => Assert.Contains(id, ids));
        Assert.InRange(Assert.Single(html.Descendants("script")).Value.Length, 500, 5_000);
        page = Regex.Replace(page, "<script>.*?</script>", "", RegexOptions.Singleline);
        Assert.DoesNotMatch(new Regex(@"https?:|\bsrc=|url\(|@import|<script|<link|<img", RegexOptions.IgnoreCase), page);
        Assert.Contains("step &lt;of&gt; &amp; &quot;mine&quot;", page);
        Assert.All(html.Descendants("figure"), figure => Assert.NotEmpty(figure.Element("figcaption")!.Value));
    }

    [Theory]
    [InlineData("dense", "accuracy loss network")]
    [InlineData("sparse", "accuracy loss densities mask-1 mask-2 network")]
    [InlineData("pruned", "accuracy-by-sparsity densities mask-1 mask-2 accuracy loss network")]
    [InlineData("matched", "matching scores permutations signs network")]
    public void A_page_shows_what_its_step_gave(string name, string figures) =>
        Assert.Equal(
            figures.Split(' '),
            Regex.Matches(s_pages.Value[name], "<figure id=\"([^\"]+)\"").Select(figure => figure.Groups[1].Value)
        );

    [Fact]
    public void Epochs_are_there_as_numbers_and_no_time_is_told()
    {
        Assert.Contains("<td>1.2500</td>", s_pages.Value["dense"]);
        Assert.DoesNotContain(
            "seconds",
            Regex.Replace(s_pages.Value["dense"], "<(script|style)>.*?</(script|style)>", "", RegexOptions.Singleline)
        );
        string slower = StepPage.OfTraining(s_step, s_network, [.. s_metrics.Select(epoch => epoch with { Seconds = 99 })], null);
        Assert.Equal(s_pages.Value["dense"], slower);
    }

    [Fact]
    public void A_page_is_the_same_under_every_culture()
    {
        foreach (string culture in Cultures.All.Keys)
            Assert.Equal(s_pages.Value, Cultures.Under(culture, Make));
    }

    private static Dictionary<string, string> Make()
    {
        using WeightSet a = Initialization.KaimingNormal(s_network, new RandomStream(0, "A"));
        using Mask all = Mask.Dense(a.Layout, PrunableSet.AllWeights.Of(s_network));
        using Mask half = GlobalMagnitude.Prune(a, all, all.PrunableCount / 2),
            few = GlobalMagnitude.Prune(a, all, all.PrunableCount / 20);
        using WeightSet b = Permutation.Uniform(PermutationGroups.Of(s_network), new RandomStream(1, "planted")).Apply(a);
        var problem = new MatchingProblem(a, few, b);
        Matching.Match match = new WeightMatcher(new WeightMatchingOptions()).Match(problem).WithSigns(problem);
        var training = new TrainingResult(a, s_metrics);
        return new()
        {
            ["dense"] = StepPage.OfTraining(s_step, s_network, s_metrics, null),
            ["sparse"] = StepPage.OfTraining(s_step, s_network, s_metrics, few),
            ["pruned"] = StepPage.OfPruning(
                s_step,
                [
                    new(new PruningRound(1, half.KeptCount, 0.5), half, training),
                    new(new PruningRound(2, few.KeptCount, 0.95), few, training),
                ]
            ),
            ["matched"] = StepPage.OfMatch(s_step, match),
        };
    }
}
