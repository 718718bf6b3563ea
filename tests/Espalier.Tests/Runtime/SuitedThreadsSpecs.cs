using Espalier.Networks;
using Espalier.Runtime;
using Xunit;

namespace Espalier.Tests.Runtime;

public class SuitedThreadsSpecs
{
    private static readonly double s_perceptron = 128 * Mlp.Build(Shape.Maps(1, 28, 28), 10, depth: 3, width: 256).TrainingOperations();
    private static readonly double s_residual = 128 * ResNet20.Build(Shape.Maps(3, 32, 32), 10).TrainingOperations();

    [Fact]
    public void A_small_network_computes_on_one_thread_however_large_the_machine_is() =>
        Assert.Equal(1, SuitedThreads.For(s_perceptron, 64, () => throw new InvalidOperationException("nobody need look")).Count);

    [Theory]
    [InlineData(2, 2, 2)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 0, 1)]
    [InlineData(8, 5, 5)]
    [InlineData(64, 64, 16)]
    public void A_larger_one_takes_the_cores_that_are_free_and_that_it_can_keep_busy(int cores, int free, int expected)
    {
        SuitedThreads suited = SuitedThreads.For(s_residual, cores, () => free);
        Assert.Equal(expected, suited.Count);
        Assert.Contains($"--threads {expected} ", suited.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Here_it_is_possible() => Assert.InRange(SuitedThreads.For(1e15).Count, 1, Environment.ProcessorCount);

    [Theory]
    [InlineData("", 3)] // 1 + 0 + 0.8 + 1 of the four cores were idle
    [InlineData("0-1", 1)]
    [InlineData("0,2-3", 3)]
    [InlineData("1", 0)]
    public void Free_cores_are_those_that_were_idle_between_two_looks(string allowed, int expected)
    {
        string[] before =
        [
            "cpu  400 0 400 4000 0 0 0 0 0 0",
            "cpu0 100 0 100 1000 0 0 0 0 0 0",
            "cpu1 100 0 100 1000 0 0 0 0 0 0",
            "cpu2 100 0 100 1000 0 0 0 0 0 0",
            "cpu3 100 0 100 1000 0 0 0 0 0 0",
            "intr 1",
        ];
        string[] after =
        [
            "cpu  424 0 400 4056 0 0 0 0 0 0",
            "cpu0 100 0 100 1020 0 0 0 0 0 0",
            "cpu1 120 0 100 1000 0 0 0 0 0 0",
            "cpu2 104 0 100 1010 6 0 0 0 0 0",
            "cpu3 100 0 100 1020 0 0 0 0 0 0",
            "intr 2",
        ];
        Assert.Equal(expected, FreeCores.Between(before, after, allowed));
    }
}
