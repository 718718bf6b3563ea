using Espalier.Connectivity;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Connectivity;

public class SoupSpecs
{
    [Fact]
    public void A_uniform_soup_is_the_mean_of_its_members()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp);
        using WeightSet third = new(pair.A.Layout, pair.A.Values.flip(0), pair.A.Statistics.clone());
        using WeightSet soup = Soup.Uniform([pair.A, pair.B, third], null);
        float[] a = [.. pair.A.Values.data<float>()],
            b = [.. pair.B.Values.data<float>()],
            c = [.. third.Values.data<float>()],
            found = [.. soup.Values.data<float>()];
        for (int i = 0; i < found.Length; i++)
            Assert.Equal((float)(((double)a[i] + b[i] + c[i]) / 3), found[i]);
        using WeightSet alone = Soup.Uniform([pair.A], null);
        Assert.True(alone.BitEquals(pair.A));
    }

    [Fact]
    public void Batch_norm_statistics_of_a_soup_are_computed_anew()
    {
        using var pair = new TrainedPair(TrainedPair.ResNet);
        using WeightSet soup = Soup.Uniform([pair.A, pair.B], pair.Images),
            middle = pair.Middle(0.5),
            reset = BatchNormReset.Run(middle, pair.Images);
        Assert.True(TrainedPair.Close(soup, reset));
        using WeightSet alone = Soup.Uniform([pair.A], pair.Images);
        Assert.True(alone.BitEquals(pair.A));
        Assert.Contains("expected images", Assert.Throws<InputException>(() => Soup.Uniform([pair.A, pair.B], null)).Message);
    }

    [Fact]
    public void A_greedy_soup_is_no_worse_than_its_best_member_on_the_images_held_out()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp, epochs: 6);
        using WeightSet useless = new(pair.A.Layout, pair.A.Values.flip(0).Times(100), pair.A.Statistics.clone());
        WeightSet[] members = [useless, pair.A, pair.B, pair.A];
        (WeightSet soup, IReadOnlyList<int> taken) = Soup.Greedy(members, pair.Data.Matching, null);
        using (soup)
        {
            double best = members.Max(member => Evaluation.Of(member, pair.Data.Matching).AccuracyPercent);
            Assert.True(Evaluation.Of(soup, pair.Data.Matching).AccuracyPercent >= best);
            using WeightSet same = Soup.Uniform([.. taken.Select(i => members[i])], null);
            Assert.True(same.BitEquals(soup));
            Assert.DoesNotContain(0, taken);
        }
    }

    [Fact]
    public void A_soup_of_nothing_is_refused() =>
        Assert.Contains("at least one", Assert.Throws<InputException>(() => Soup.Uniform([], null)).Message);
}
