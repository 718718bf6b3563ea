using Espalier.Collectives;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Collectives;

/// <summary>Ranks whose values come to the host to be added; here the CPU stands in for their GPUs.</summary>
public class HostCollectiveSpecs
{
    [Fact]
    public void What_is_added_on_the_host_and_what_rank_0_has_come_back_into_the_same_memory()
    {
        float[][] given = [.. Enumerable.Range(0, 3).Select(rank => MixedNumbers.Of(rank, 1001))];
        float[][] found = Together.Run(
            3,
            host =>
            {
                using var ranks = new HostCollective(host, isAway: _ => true);
                using var scope = NewDisposeScope();
                Tensor whole = zeros(2, 1001),
                    values = whole[0];
                values.copy_(tensor(given[ranks.Rank]));
                ranks.AllReduceSum(values);
                whole[1].copy_(tensor(given[ranks.Rank]));
                ranks.Broadcast(whole[1]);
                return whole.data<float>().ToArray();
            }
        );
        float[] expected = [.. Enumerable.Range(0, 1001).Select(i => given[0][i] + given[1][i] + given[2][i]), .. given[0]];
        Assert.All(found, one => Assert.Equal(expected, one));
    }

    [Fact]
    public void Values_that_do_not_lie_one_after_the_other_are_refused()
    {
        using var ranks = new HostCollective(Alone.Here, isAway: _ => true);
        using Tensor values = zeros(4, 3).t();
        Assert.Throws<ArgumentException>(() => ranks.AllReduceSum(values));
    }
}
