using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Matching;

/// <summary>Scores that are kept to be looked at.</summary>
public sealed class ScoreSampleSpecs
{
    [Fact]
    public void What_was_matched_lies_on_the_diagonal_and_every_row_has_nothing_better_where_a_permutation_was_planted()
    {
        Network network = Mlp.Build(Shape.Maps(1, 8, 8), 10, depth: 2, width: 100);
        using WeightSet a = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(network), new RandomStream(1, "planted"));
        using WeightSet b = planted.Apply(a);
        Match match = new WeightMatcher(new WeightMatchingOptions()).Match(new MatchingProblem(a, null, b, null));
        Assert.True(match.Permutation.SameAs(planted));
        foreach ((GroupMatch group, IReadOnlyList<int> source) in match.Groups.Zip(planted.Sources))
        {
            ScoreSample sample = group.Sample!;
            Assert.Equal(source, sample.Source);
            Assert.Equal((3, 34, 34), (sample.Every, sample.Matched.Count, sample.Unmatched[0].Count));
            for (int row = 0; row < sample.Matched.Count; row++)
            {
                Assert.Equal(sample.Matched[row].Max(), sample.Matched[row][row]);
                // A pair of the same units has the same score, wherever it stands.
                for (int column = 0; column < sample.Matched.Count; column++)
                    if (source[sample.Every * row] == sample.Every * column)
                        Assert.Equal(sample.Matched[row][row], sample.Unmatched[row][column]);
            }
        }
    }

    [Fact]
    public void A_file_of_scores_gives_back_what_was_written_in_single_precision()
    {
        ScoreSample[] samples = [Sample("layer1.conv", 5), Sample("fc/x", 200), Sample("last", 1)];
        PermutationGroups small = PermutationGroups.Of(Mlp.Build(Shape.Maps(1, 2, 2), 2, depth: 1, width: 1));
        var match = new Match(
            Permutation.Identity(small),
            [.. samples.Select(sample => new GroupMatch(sample.Group, sample.Units, 0, 0, 0, 0, 0) { Sample = sample })],
            0
        );
        using var folder = new TempFolder();
        ScoreFile.Write(folder["scores.safetensors"], match);
        Assert.Equal(samples, ScoreFile.Read(folder["scores.safetensors"]));
        ScoreFile.Write(folder["none.safetensors"], match with { Groups = [] });
        Assert.Empty(ScoreFile.Read(folder["none.safetensors"]));
    }

    private static ScoreSample Sample(string group, int units)
    {
        double[] scores = [.. Enumerable.Range(0, units * units).Select(i => (double)(float)Math.Sin(i))];
        return ScoreSample.Of(group, scores, [.. Enumerable.Range(0, units).Reverse()]);
    }
}
