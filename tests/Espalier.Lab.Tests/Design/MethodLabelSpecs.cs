using Espalier.Lab.Design;
using Espalier.Matching;
using Espalier.Pruning;
using Xunit;

namespace Espalier.Lab.Tests.Design;

public class MethodLabelSpecs
{
    private const int Longest = 68;

    [Fact]
    public void A_way_to_find_the_permutation_is_called_by_what_it_looks_at()
    {
        Assert.Equal("matched (weights, B@k, pruned)", Methods.LabelOf("permuted by=weights against=rewind of=pruned"));
        Assert.Equal(
            "matched (weights, B@k, pruned, refined)",
            Methods.LabelOf("permuted by=weights against=rewind of=pruned start=activations")
        );
        Assert.Equal("signed (activations, B@T)", Methods.LabelOf("permuted by=activations signed=true"));
        Assert.Equal(
            "copied (weights, B@k, pruned, signs)",
            Methods.LabelOf("permuted by=weights against=rewind of=pruned criterion=signs ticket=copied")
        );
        Assert.Equal("matched (combined, B@T, ×4, λ 0.5)", Methods.LabelOf("permuted by=combined restarts=4 lambda=0.5"));
    }

    [Fact]
    public void No_two_methods_share_a_label_and_none_is_long()
    {
        MatchVariant[] variants =
        [
            .. from way in MatchWays.All
            from against in Enum.GetValues<MatchedAgainst>()
            from of in Enum.GetValues<MatchedOf>()
            from start in Enum.GetValues<MatchStart>()
            from criterion in Enum.GetValues<WeightCriterion>()
            from normalize in new[] { false, true }
            from restarts in new[] { 1, 12 }
            from lambda in new[] { 1, 0.25 }
            from ticket in Enum.GetValues<TicketStart>()
            select new MatchVariant
            {
                How = new()
                {
                    By = way,
                    Start = start,
                    Criterion = criterion,
                    Normalize = normalize,
                    Restarts = restarts,
                    Lambda = lambda,
                },
                Against = against,
                Of = of,
                TicketStart = ticket,
            },
        ];
        string[] labels =
        [
            .. variants.Where(IsPossible).Select(variant => Methods.LabelOf(variant.Method)),
            .. Methods.All.Select(method => method.Name).Concat(["imp", "dense-a", "dense-b"]).Select(Methods.LabelOf),
        ];
        Assert.True(labels.Length > 300);
        Assert.Equal(labels.Length, labels.Distinct().Count());
        Assert.All(labels, label => Assert.InRange(label.Length, 1, Longest));
        Assert.All(labels, label => Assert.DoesNotContain('=', label));
    }

    [Fact]
    public void What_is_not_known_is_its_own_label() =>
        Assert.All(["of-my-own", "permuted by=magic", "permuted "], method => Assert.Equal(method, Methods.LabelOf(method)));

    [Fact]
    public void Every_method_says_what_it_is_and_begins_with_what_it_is_there_for()
    {
        var words = new Dictionary<MethodRole, string>
        {
            [MethodRole.Control] = "control: ",
            [MethodRole.Baseline] = "baseline: ",
            [MethodRole.UpperBound] = "upper bound: ",
        };
        Assert.All(Methods.All, method => Assert.StartsWith(words.GetValueOrDefault(method.Role, ""), method.Meaning));
        Assert.All(Methods.All, method => Assert.Equal(words.Values.Any(method.Meaning.StartsWith), words.ContainsKey(method.Role)));
        Assert.Equal(Methods.OfThePaper, Methods.All.Where(method => method.Role == MethodRole.Paper));
        Assert.Equal(Methods.All.Count, Methods.All.Select(method => method.Meaning).Distinct().Count());
        Assert.Empty(Methods.WithControls.Concat(Methods.Baselines).Except(Methods.All));
        Assert.All(Methods.All, method => Assert.Same(method, Methods.Parse(method.Name)));
    }

    private static bool IsPossible(MatchVariant variant)
    {
        try
        {
            return MatchVariant.Parse(variant.ToString()) == variant;
        }
        catch (InputException)
        {
            return false;
        }
    }
}
