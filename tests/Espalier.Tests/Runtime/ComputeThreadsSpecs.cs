using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Weights;
using Mono.Cecil;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Runtime;

/// <summary>
/// One number of threads for whatever computes. The tests' process uses one thread; where a test needs another number, it holds it for
/// itself.
/// </summary>
public class ComputeThreadsSpecs
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Six_threads_give_the_bits_of_the_one_that_chose_their_number(int number)
    {
        using IDisposable held = ComputeThreads.Hold(number);
        using WeightSet serial = TinyTraining.Run()!;
        WeightSet?[] found = new WeightSet?[6];
        Thread[] threads = [.. Enumerable.Range(0, 6).Select(i => new Thread(() => found[i] = TinyTraining.Run()))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.All(found, weights => Assert.True(weights!.BitEquals(serial)));
    }

    [Fact]
    public async Task Threads_of_a_pool_and_bodies_of_parallel_loops_compute_on_as_many()
    {
        int[] seen = new int[8];
        using (ComputeThreads.Hold(3))
        {
            await Task.WhenAll(
                Enumerable.Range(0, 4).Select(i => Task.Run(() => seen[i] = InForce(), TestContext.Current.CancellationToken))
            );
            Parallel.For(4, 8, i => seen[i] = InForce());
        }
        Assert.All(seen, number => Assert.Equal(3, number));
        await Task.Run(() => Assert.Equal(1, InForce()), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void What_was_held_ends_with_it()
    {
        using (ComputeThreads.Hold(2))
        {
            using (ComputeThreads.Hold(5))
                Assert.Equal(5, ComputeThreads.Current);
            Assert.Equal(2, ComputeThreads.Current);
        }
        Assert.Equal(1, InForce());
    }

    [Fact]
    public void A_number_that_libtorch_was_given_directly_does_not_stay()
    {
        using IDisposable held = ComputeThreads.Hold(2);
        set_num_threads(4);
        Assert.Equal(2, InForce());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    public void Impossible_numbers_are_refused(int threads) => Assert.Throws<InputException>(() => ComputeThreads.Hold(threads));

    /// <summary>libtorch's own number on this thread, after something of ours computed on it.</summary>
    private static int InForce()
    {
        using var scope = NewDisposeScope();
        using WeightSet weights = Initialization.KaimingNormal(TinyTraining.Network, new RandomStream(0, "A"));
        _ = weights.Logits(zeros(1, 3, 8, 8));
        return get_num_threads();
    }
}
