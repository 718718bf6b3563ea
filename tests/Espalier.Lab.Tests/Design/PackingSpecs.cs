using Espalier.Lab.Design.Costs;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>How many processes a device bears, found on devices that are made up.</summary>
public class PackingSpecs
{
    /// <summary>A device that is busy from some number of processes on, and whose memory ends after another.</summary>
    [Theory]
    [InlineData(1, 100, 16, 1)]
    [InlineData(2, 100, 16, 2)]
    [InlineData(8, 100, 16, 8)]
    [InlineData(9, 100, 16, 12)]
    [InlineData(100, 100, 16, 16)]
    [InlineData(100, 100, 6, 6)]
    [InlineData(100, 3, 16, 2)]
    [InlineData(100, 100, 1, 1)]
    public async Task It_ends_where_more_gain_nothing_do_not_fit_or_have_no_core(int full, int fit, int most, int expected)
    {
        Packing found = await Packing.SearchAsync(
            count => Task.FromResult<double?>(count > fit ? null : 1000 * Math.Min(count, full)),
            most
        );
        Assert.Equal(expected, found.Workers);
        Assert.Equal(1000 * Math.Min(expected, full), found.Rate);
        Assert.All(found.Tried, tried => Assert.InRange(tried.Workers, 1, most));
        Assert.Equal(found.Tried.Select(tried => tried.Workers).Distinct().Count(), found.Tried.Count);
    }

    [Fact]
    public async Task A_gain_that_is_noise_is_none()
    {
        double?[] rates = [0, 1000, 1040, 0, 3000];
        Assert.Equal(1, (await Packing.SearchAsync(count => Task.FromResult(rates[count]), 4)).Workers);
    }

    [Fact]
    public async Task A_device_without_memory_for_one_is_told() =>
        Assert.Contains(
            "memory",
            (await Assert.ThrowsAsync<InputException>(() => Packing.SearchAsync(_ => Task.FromResult<double?>(null), 8))).Message,
            StringComparison.Ordinal
        );
}
