using Espalier.Training;
using Xunit;

namespace Espalier.Tests.Training;

public class StepWatchSpecs
{
    [Fact]
    public void Steps_that_stay_several_times_slower_are_noticed_once()
    {
        var watch = new StepWatch(2);
        string[] said =
        [
            .. Said(watch, Enumerable.Repeat(0.5, 20)),
            .. Said(watch, Enumerable.Repeat(2.5, 20)),
            .. Said(watch, Enumerable.Repeat(0.5, 5)),
            .. Said(watch, Enumerable.Repeat(9.0, 20)),
        ];
        Assert.Contains("5 times as long", Assert.Single(said), StringComparison.Ordinal);
        Assert.Contains("fewer threads", said[0], StringComparison.Ordinal);
    }

    [Fact]
    public void One_thread_is_not_told_to_take_fewer() =>
        Assert.DoesNotContain("thread", Assert.Single(Said(new StepWatch(1), [1, 6])), StringComparison.Ordinal);

    [Fact]
    public void Hiccups_slow_beginnings_and_steady_slowness_are_not_noticed()
    {
        Assert.Empty(Said(new StepWatch(2), Enumerable.Repeat(new[] { 0.1, 3 }, 20).SelectMany(pair => pair)));
        Assert.Empty(Said(new StepWatch(2), [60, 1, 1, 1.5, 1, 3, 3, 3, 3, 3]));
        Assert.Empty(Said(new StepWatch(2), Enumerable.Repeat(30.0, 20)));
    }

    private static string[] Said(StepWatch watch, IEnumerable<double> seconds) => [.. seconds.Select(watch.Add).OfType<string>()];
}
