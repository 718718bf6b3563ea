using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>What the page says about a run.</summary>
public sealed class ContentSpecs
{
    [Fact]
    public void A_full_run_says_that_the_order_holds_and_compares_with_the_paper_directly()
    {
        string page = Written.Page(Fixtures.Finished);
        Assert.Contains("The whole order holds", page);
        Assert.Contains("the cells may be compared directly", page);
        Assert.DoesNotContain("class=\"notice", page);
        Assert.Contains("<small>paper</small>", page);
    }

    [Fact]
    public void A_scaled_run_says_so_before_any_number_and_names_the_rewind_epoch_of_the_paper()
    {
        string page = Written.Page(Fixtures.OneSeed);
        Assert.InRange(
            page.IndexOf("scaled by 0.1", StringComparison.Ordinal),
            0,
            page.IndexOf("<h2 id=\"summary-heading\"", StringComparison.Ordinal)
        );
        Assert.Contains("The schedule is 0.1 times the paper&#39;s length", page);
        Assert.Contains("k = 2<small>paper k = 20</small>", page);
    }

    [Fact]
    public void One_seed_claims_nothing_and_has_no_interval()
    {
        string page = Written.Page(Fixtures.OneSeed);
        Assert.Contains("One seed: the order of the methods cannot be told from chance.", page);
        Assert.Contains("one seed: no interval", page);
        Assert.DoesNotContain("95 % interval +", page);
    }

    [Fact]
    public void Networks_that_pruning_cut_apart_are_counted_in_the_table_of_sparsities()
    {
        RunResults cut = Fixtures.OneSeed with
        {
            Cells =
            [
                .. Fixtures.OneSeed.Cells.Select(cell =>
                    cell with
                    {
                        EffectiveSparsity = cell.Sparsity == 0 ? 0 : cell.Sparsity + 0.001,
                        CollapsedLayers = cell.Sparsity == 0.97 && cell.Method == "lth" ? 2 : 0,
                    }
                ),
            ],
        };
        string page = Written.Page(cut);
        Assert.Contains("with an empty layer", page);
        Assert.Contains("97.1 %", page);
        Assert.DoesNotContain("with an empty layer", Written.Page(Fixtures.OneSeed));
    }

    [Fact]
    public void A_run_of_studies_alone_is_summed_up_too()
    {
        SortedDictionary<string, string> texts = Written.Texts(StudyFixture.Landscapes with { Cells = [] });
        foreach (string text in new[] { texts[Report.PageName], texts["tables.md"] })
        {
            Assert.DoesNotContain("No network has been measured yet", text);
            Assert.Contains("the error barrier", text);
        }
    }

    [Fact]
    public void A_run_under_way_says_how_far_it_is_and_what_failed()
    {
        string page = Written.Page(Fixtures.UnderWay);
        Assert.Contains("This run is still under way", page);
        Assert.Contains("2 stages failed", page);
        Assert.Contains("The loss became infinite in epoch 3.", page);
        Assert.Contains("(n = 1)", page);
    }

    [Fact]
    public void Data_that_the_paper_does_not_have_is_compared_with_nothing()
    {
        string page = Written.Page(Fixtures.UnderWay);
        Assert.Contains("The paper has no mlp on fashion-mnist-10k", page);
        Assert.DoesNotContain("<small>paper", page);
    }

    [Fact]
    public void Early_matching_has_its_figure_and_a_column_for_each_epoch()
    {
        string page = Written.Page(Fixtures.EarlyMatching);
        Assert.Contains("id=\"accuracy-by-matching-epoch-resnet20\"", page);
        foreach (int epoch in new[] { 5, 20, 50, 100, 200 })
            Assert.Contains($"t = {epoch}</th>", page);
    }

    [Fact]
    public void A_method_of_ones_own_is_shown_but_is_no_control()
    {
        string page = Written.Page(Fixtures.UnderWay);
        Assert.Contains("− of-my-own", page);
        Assert.Contains("a method of this run&#39;s own", page);
        Assert.DoesNotContain("above of-my-own", page);
    }

    [Fact]
    public void A_mask_and_its_permutation_are_found_to_keep_the_same_of_every_layer()
    {
        RunResults results = Fixtures.Finished;
        Assert.Contains(
            "m, π(m) and 3 more",
            Written.Once(results)["figures/layer-densities-resnet20.svg"].Replace("&#960;", "π", StringComparison.Ordinal)
        );
    }
}
