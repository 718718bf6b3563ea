using Espalier.Lab.Design.Costs;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>Stages laid out in time, against a clock that ticks.</summary>
public class LaidOutSpecs
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void It_ends_when_a_clock_that_ticks_says_so_and_within_its_bounds(int seed)
    {
        var random = new Random(seed);
        int count = random.Next(1, 12),
            workers = random.Next(1, 5);
        int[][] inputs = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, i).Where(_ => random.Next(4) == 0).ToArray())];
        int[] seconds = [.. Enumerable.Range(0, count).Select(_ => random.Next(1, 7))],
            urgency = [.. Enumerable.Range(0, count).Select(_ => random.Next(4))];
        double laid = SimulatedSchedule.Lay(inputs, [.. seconds.Select(s => (double)s)], [.. urgency.Select(u => (double)u)], workers);
        Assert.Equal(Ticks(inputs, seconds, urgency, workers), laid);
        int path = Enumerable.Range(0, count).Max(i => LongestTo(i, inputs, seconds));
        Assert.InRange(laid, Math.Max(path, seconds.Sum() / (double)workers), path + seconds.Sum() / (double)workers);
    }

    [Fact]
    public void Without_stages_it_ends_at_once_and_stages_that_take_no_time_take_none()
    {
        Assert.Equal(0, SimulatedSchedule.Lay([], [], [], 3));
        Assert.Equal(
            2,
            SimulatedSchedule.Lay(
                [
                    [],
                    [0],
                    [1],
                ],
                [0, 2, 0],
                [1, 1, 1],
                1
            )
        );
    }

    /// <summary>Every second, free workers take what is most urgent, and all that are at work do a second of it.</summary>
    private static int Ticks(int[][] inputs, int[] seconds, int[] urgency, int workers)
    {
        int[] left = [.. seconds],
            order = [.. Enumerable.Range(0, seconds.Length).OrderByDescending(i => urgency[i]).ThenBy(i => i)];
        var begun = new HashSet<int>();
        for (int now = 0; ; now++)
        {
            if (left.All(l => l == 0))
                return now;
            foreach (int i in order)
                if (!begun.Contains(i) && begun.Count(b => left[b] > 0) < workers && inputs[i].All(input => left[input] == 0))
                    begun.Add(i);
            foreach (int i in begun.Where(b => left[b] > 0))
                left[i]--;
        }
    }

    private static int LongestTo(int stage, int[][] inputs, int[] seconds) =>
        seconds[stage] + inputs[stage].Select(input => LongestTo(input, inputs, seconds)).DefaultIfEmpty(0).Max();
}
