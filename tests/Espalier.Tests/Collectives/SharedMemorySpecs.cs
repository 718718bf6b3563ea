using System.Text;
using Espalier.Collectives;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Collectives;

/// <summary>Ranks of one machine; here each is a thread.</summary>
public class SharedMemorySpecs
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 1)]
    [InlineData(2, 1_000_003)]
    [InlineData(3, 262_144)]
    [InlineData(5, 300_001)]
    [InlineData(6, 524_283)]
    [InlineData(4, 790_000)] // the last piece is short
    public void The_sum_is_that_of_the_values_in_the_order_of_the_ranks_on_every_rank(int size, int count)
    {
        float[][] given = [.. Enumerable.Range(0, size).Select(rank => MixedNumbers.Of(rank, count))];
        float[] expected = [.. Enumerable.Range(0, count).Select(i => given.Skip(1).Aggregate(given[0][i], (sum, one) => sum + one[i]))];
        float[][] found = Together.Run(
            size,
            ranks =>
            {
                using Tensor values = tensor(given[ranks.Rank]);
                ranks.AllReduceSum(values);
                ranks.Barrier();
                return values.data<float>().ToArray();
            }
        );
        Assert.All(found, one => Assert.Equal(expected, one));
    }

    [Fact]
    public void One_call_follows_another_whatever_it_is()
    {
        string[] said = Together.Run(
            3,
            ranks =>
            {
                var text = new StringBuilder();
                for (int round = 0; round < 200; round++)
                {
                    using Tensor sum = tensor(new long[] { ranks.Rank + round, 1 }),
                        shared = tensor(Enumerable.Repeat(ranks.Rank + 7.0 + round, 700_001).ToArray());
                    ranks.AllReduceSum(sum);
                    if (round % 20 == 0)
                        ranks.Broadcast(shared);
                    byte[][] all = ranks.Gather(new byte[ranks.Rank + round % 2]);
                    text.Append($"{sum[0].item<long>()} {sum[1].item<long>()} {string.Join(',', all.Select(one => one.Length))};");
                    if (round % 20 == 0)
                        Assert.Equal(7.0 + round, shared[700_000].item<double>());
                }
                return text.ToString();
            }
        );
        Assert.Equal(string.Concat(Enumerable.Range(0, 200).Select(r => $"{3 * r + 3} 3 {r % 2},{1 + r % 2},{2 + r % 2};")), said[0]);
        Assert.All(said, one => Assert.Equal(said[0], one));
    }

    [Fact]
    public void A_part_of_a_larger_tensor_is_added_in_its_own_place()
    {
        double[][] found = Together.Run(
            2,
            ranks =>
            {
                using var scope = NewDisposeScope();
                Tensor whole = ones(10, ScalarType.Float64);
                ranks.AllReduceSum(whole.narrow(0, 3, 4));
                return whole.data<double>().ToArray();
            }
        );
        Assert.All(found, one => Assert.Equal([1, 1, 1, 2, 2, 2, 2, 1, 1, 1], one));
    }

    [Fact]
    public void Values_that_do_not_lie_one_after_the_other_are_refused() =>
        Together.Run(
            1,
            ranks =>
            {
                using var scope = NewDisposeScope();
                return Assert.Throws<ArgumentException>(() => ranks.AllReduceSum(ones(4, 6).t()));
            }
        );

    [Fact]
    public void Values_that_are_not_in_this_machine_s_memory_are_refused_unread() =>
        Together.Run(
            1,
            ranks =>
            {
                using Tensor elsewhere = zeros(3, ScalarType.Float32, META);
                Assert.Throws<ArgumentException>(() => ranks.AllReduceSum(elsewhere));
                return Assert.Throws<ArgumentException>(() => ranks.Broadcast(elsewhere));
            }
        );

    [Fact]
    public void A_rank_that_leaves_ends_the_others_with_a_sentence()
    {
        string[] said = Together.Run(3, ranks => ranks.Rank == 1 ? "left" : Assert.Throws<BrokenRanksException>(ranks.Barrier).Message);
        Assert.Equal($"Rank 1 of 3 (process {Environment.ProcessId}) has ended while the others wait for it.", said[0]);
        Assert.Equal("left", said[1]);
    }

    [Fact]
    public void A_rank_that_cannot_go_on_tells_the_others_why()
    {
        string[] said = Together.Run(
            2,
            ranks =>
            {
                if (ranks.Rank == 0)
                    return Assert.Throws<BrokenRanksException>(ranks.Barrier).Message;
                ranks.Abort("Rank 1 has no data.");
                return "";
            }
        );
        Assert.Equal("Rank 1 has no data.", said[0]);
    }

    [Fact]
    public void What_rank_0_has_comes_to_all_and_what_differs_is_refused_on_all()
    {
        string[] said = Together.Run(
            3,
            ranks =>
            {
                byte[] shared = ranks.Share(ranks.Rank == 0 ? new byte[3_000_000] : []);
                ranks.MustAgree("the same", "other things", "the same");
                string fault = Assert
                    .Throws<SharedRefusalException>(() =>
                        ranks.MustAgree(ranks.Rank == 2 ? "mine" : "ours", "other options", "the same options")
                    )
                    .Message;
                return $"{shared.Length} {fault}";
            }
        );
        Assert.All(said, one => Assert.Equal("3000000 Rank 2 of 3 has other options than rank 0; expected the same options.", one));
    }

    [Fact]
    public void A_process_that_is_there_is_told_from_one_that_is_not()
    {
        Assert.True(PeerProcess.Here.IsAlive);
        Assert.False((PeerProcess.Here with { Began = PeerProcess.Here.Began + 1 }).IsAlive);
        Assert.False(new PeerProcess(int.MaxValue, 0).IsAlive);
    }

    [Fact]
    public void Two_that_are_told_of_different_numbers_do_not_meet()
    {
        string folder = SharedMemoryCollective.NewFolder();
        try
        {
            using SharedRegion made = SharedRegion.Create(Path.Combine(folder, "ranks"), 3);
            var fault = Assert.Throws<InputException>(() => SharedMemoryCollective.Join(folder, 1, 2));
            Assert.EndsWith("is for 3 ranks; expected that of 2 ranks.", fault.Message, StringComparison.Ordinal);
            Assert.Throws<InputException>(() => SharedMemoryCollective.Join(folder, 2, 2));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
