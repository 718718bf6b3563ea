using Espalier.Lab.Engine.Running;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Lab.Tests.Engine;

/// <summary>How often those who wait look at a store.</summary>
public class LookingSpecs
{
    [Fact]
    public void Five_hundred_who_wait_at_a_shared_store_look_ten_times_a_second_in_all_and_not_at_once()
    {
        var seconds = new int[3600];
        for (int w = 0; w < 500; w++)
        {
            var looking = new Looking(500, new RandomStream(w, "waits").NextDouble);
            for (double now = looking.Next().TotalSeconds; now < seconds.Length; now += looking.Next().TotalSeconds)
                seconds[(int)now]++;
        }
        Assert.InRange(seconds.Average(), 5, 11);
        Assert.InRange(seconds.Max(), 1, 60); // of 500, were they all to look at the same moment
    }

    [Fact]
    public void Who_waits_alone_looks_soon_and_then_ever_more_rarely_until_something_happens()
    {
        var looking = new Looking(1, new Random(1).NextDouble);
        TimeSpan first = looking.Next();
        TimeSpan[] later = [.. Enumerable.Range(0, 20).Select(_ => looking.Next())];
        Assert.InRange(first.TotalSeconds, 0.5, 1.5);
        Assert.InRange(later[^1].TotalSeconds, 15, 45);
        looking.Begin();
        Assert.InRange(looking.Next().TotalSeconds, 0.5, 1.5);
        Assert.Equal(TimeSpan.FromMilliseconds(250), new Looking(null, new Random(1).NextDouble).Next());
    }

    [Fact]
    public void At_a_shared_store_a_few_stages_are_looked_at_each_time_and_all_of_them_in_turn()
    {
        var looking = new Looking(500, new Random(1).NextDouble);
        int[] all = [.. Enumerable.Range(10, 7)];
        int[][] turns = [.. Enumerable.Range(0, 4).Select(_ => looking.Some(all, 2).ToArray())];
        Assert.All(turns, turn => Assert.Equal(2, turn.Length));
        Assert.Equal(all, turns.SelectMany(turn => turn).Distinct().Order());
        Assert.Equal(all, new Looking(null, new Random(1).NextDouble).Some(all, 2));
    }
}
