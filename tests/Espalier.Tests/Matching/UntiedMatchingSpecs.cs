using Espalier.Data;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Matching;

/// <summary>Matching where residual streams are cut.</summary>
public class UntiedMatchingSpecs
{
    [Fact]
    public void Planted_untied_permutations_of_a_noisy_copy_are_recovered_from_weights()
    {
        using WeightSet a = Initialization.KaimingNormal(TrainedPair.ResNet, new RandomStream(1, "A"));
        Permutation planted = Permutation.Uniform(PermutationGroups.Untied(a.Network), new RandomStream(2, "planted"));
        using WeightSet b = WeightMatchingOracle.Noisy(planted.Apply(a), 0.05, new RandomStream(3, "noise"));
        Match match = new WeightMatcher(new()) { Untied = true, FromSorted = true }.Match(new MatchingProblem(a, null, b));
        Assert.True(match.Permutation.SameAs(planted));
        Assert.Equal(WeightMatchingOracle.Overlap(planted, a, b), match.Objective[^1], 1e-6);
        // No symmetry comes near it.
        Match tied = new WeightMatcher(new()).Match(new MatchingProblem(a, null, b));
        Assert.True(tied.Permutation.IsSymmetry && tied.Objective[^1] < 0.7 * match.Objective[^1]);
    }

    [Fact]
    public void Planted_untied_permutations_are_recovered_from_pruned_weights_where_they_keep_any()
    {
        using WeightSet a = Initialization.KaimingNormal(TrainedPair.ResNet, new RandomStream(1, "A"));
        using Mask mask = WeightMatchingOracle.KeepLargest(a, 0.2);
        Permutation planted = Permutation.Uniform(PermutationGroups.Untied(a.Network), new RandomStream(2, "planted"));
        using WeightSet b = WeightMatchingOracle.Noisy(planted.Apply(a), 0.05, new RandomStream(3, "noise")),
            kept = a.Masked(mask);
        using Mask moved = planted.Apply(mask);
        Match match = new WeightMatcher(new()) { Untied = true, FromSorted = true }.Match(
            new MatchingProblem(a, mask, b) { MaskB = moved }
        );
        // Which of two units comes where does not matter if the mask leaves nothing of both.
        using Mask found = match.Permutation.Apply(mask);
        Assert.True(found.BitEquals(moved));
        using WeightSet b1 = b.Masked(moved);
        Assert.InRange(match.Objective[^1], WeightMatchingOracle.Overlap(planted, kept, b1) - 1e-9, double.MaxValue);
    }

    [Fact]
    public void Of_small_taps_no_change_of_one_is_better_by_enumeration()
    {
        for (int seed = 0; seed < 5; seed++)
        {
            using WeightSet a = RandomNetworks.Weights(UntiedNetwork.Small, new RandomStream(seed, "a")),
                b = RandomNetworks.Weights(UntiedNetwork.Small, new RandomStream(seed, "b"));
            Match match = new WeightMatcher(new() { Seed = seed }) { Untied = true }.Match(new MatchingProblem(a, null, b));
            double found = WeightMatchingOracle.Overlap(match.Permutation, a, b);
            Assert.Equal(found, match.Objective[^1], 1e-9);
            foreach (PermutationGroup group in match.Permutation.Groups.Groups)
            foreach (int[] order in WeightMatchingOracle.Orders(group.Units))
            {
                var other = new Permutation(
                    match.Permutation.Groups,
                    [.. match.Permutation.Sources.Select((source, g) => g == group.Index ? order : source)]
                );
                Assert.True(WeightMatchingOracle.Overlap(other, a, b) <= found + 1e-9, $"seed {seed}, {group.Name}");
            }
        }
    }

    [Fact]
    public void From_the_best_tied_permutation_cutting_streams_never_loses()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            using WeightSet a = RandomNetworks.Weights(UntiedNetwork.Small, new RandomStream(seed, "a")),
                b = RandomNetworks.Weights(UntiedNetwork.Small, new RandomStream(seed, "b"));
            Match tied = new WeightMatcher(new()).Match(new MatchingProblem(a, null, b)),
                cut = new WeightMatcher(new()) { Untied = true }.Match(new MatchingProblem(a, null, b) { Start = tied.Permutation });
            Assert.Equal(tied.Objective[^1], cut.Objective[0], 1e-9);
            Assert.True(cut.Objective[^1] > cut.Objective[0]);
            Assert.Contains(
                "no symmetry",
                Assert.Throws<InputException>(() => new WeightMatcher(new()).Match(new(a, null, b) { Start = cut.Permutation })).Message
            );
        }
    }

    [Theory]
    [InlineData("by=activations untied=true")]
    [InlineData("by=weights untied=true")]
    [InlineData("by=weights start=activations restarts=2 untied=true")]
    public void Without_residual_streams_untied_is_tied(string text)
    {
        using var pair = new TrainedPair(TrainedPair.Mlp, epochs: 1);
        var problem = new MatchingProblem(pair.A, null, pair.B, pair.Data.Matching);
        MatchSpecification untied = MatchSpecification.Parse(text);
        Assert.Equal(text, untied.ToString());
        Match cut = untied.Find(problem),
            tied = (untied with { Untied = false }).Find(problem);
        Assert.True(cut.Permutation.SameAs(tied.Permutation) && cut.Permutation.IsSymmetry);
        Assert.NotEqual($"{untied.Matcher().Options}", $"{(untied with { Untied = false }).Matcher().Options}");
    }

    [Theory]
    [InlineData("by=iterated untied=true", "means nothing by iterated")]
    [InlineData("by=weights untied=yes", "expected true or false")]
    [InlineData("by=straight-through start=sorted", "means nothing by straight-through; expected it by weights only")]
    public void Other_ways_have_no_untied(string text, string about) =>
        Assert.Contains(about, Assert.Throws<InputException>(() => MatchSpecification.Parse(text)).Message);

    [Fact]
    public void A_match_that_cuts_streams_says_in_its_file_that_it_is_no_symmetry()
    {
        using var folder = new TempFolder();
        using var pair = new TrainedPair(TrainedPair.ResNet, epochs: 1);
        foreach (bool untied in new[] { false, true })
        {
            Match match = new WeightMatcher(new()) { Untied = untied }.Match(new MatchingProblem(pair.A, null, pair.B));
            Certificate certificate = MatchFile.Certify(match, pair.A, null, pair.Data.Matching);
            MatchFile.Write(folder["p.safetensors"], match, certificate);
            string json = File.ReadAllText(folder["p.json"]);
            Assert.Equal(untied, json.Contains("\"caution\": \"no symmetry", StringComparison.Ordinal));
            Assert.Contains("\"keeps_counts\": true", json, StringComparison.Ordinal);
            Assert.Equal(match.Groups.Count, MatchFile.ReadGroups(folder["p.json"]).Count);
            Assert.True(PermutationFile.ReadMove(folder["p.safetensors"]).SameAs(match.Permutation));
        }
    }

    [Fact]
    public void Sorted_weights_bound_what_two_units_add_and_nothing_is_lost_by_beginning_there()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            using WeightSet a = RandomNetworks.Weights(UntiedNetwork.Small, new RandomStream(seed, "a")),
                b = RandomNetworks.Weights(UntiedNetwork.Small, new RandomStream(seed, "b"));
            PermutationGroups groups = PermutationGroups.Untied(UntiedNetwork.Small);
            using var overlap = new WeightOverlap(groups, a, b, new(), null);
            int reached = 0;
            for (int draw = 0; draw < 20; draw++)
            {
                Permutation any = Permutation.Uniform(groups, new RandomStream(seed, "any", draw));
                foreach (PermutationGroup group in groups.Groups)
                    Assert.All(
                        overlap.Scores(group.Index, any.Sources).Zip(overlap.ScoresAtBest(group.Index)),
                        pair => Assert.True(pair.First <= pair.Second + 1e-9)
                    );
            }
            // With itself every unit's bound is what it adds.
            using var self = new WeightOverlap(groups, a, a, new(), null);
            IReadOnlyList<IReadOnlyList<int>> identity = Permutation.Identity(groups).Sources;
            foreach (PermutationGroup group in groups.Groups)
                for (int unit = 0; unit < group.Units; unit++, reached++)
                    Assert.Equal(
                        self.Scores(group.Index, identity)[unit * group.Units + unit],
                        self.ScoresAtBest(group.Index)[unit * group.Units + unit],
                        1e-9
                    );
            Assert.True(reached > 20);
        }
    }
}
