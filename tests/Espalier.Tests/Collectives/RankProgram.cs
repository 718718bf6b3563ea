using System.Security.Cryptography;
using System.Text.Json;
using Espalier.Collectives;
using Espalier.Runtime;
using Espalier.Tests.Training;
using Espalier.Training;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Collectives;

/// <summary>What this program does as a rank that MPI started; what it finds it leaves in a file of its own.</summary>
internal static class RankProgram
{
    /// <summary>The first word of such a rank's command line.</summary>
    public const string Word = "rank";

    /// <summary>What a rank found.</summary>
    /// <param name="Wire">What carries its numbers.</param>
    /// <param name="Sums">Names the bits of all sums.</param>
    /// <param name="Refusals">Sentences.</param>
    /// <param name="Trained">Final weights by network.</param>
    public sealed record Findings(string Wire, string Sums, string[] Refusals, Dictionary<string, Trained> Trained);

    public static string FileOf(string folder, int rank) => Path.Combine(folder, $"rank-{rank}.json");

    public static int Run(string work, string folder)
    {
        using IDisposable threads = ComputeThreads.Hold(1);
        RankPlace place = RankPlace.FromEnvironment() ?? throw new InvalidOperationException("no launcher started this process");
        ICollective ranks = place.Join();
        if (work == "abort")
        {
            if (ranks.Rank == 1)
                ranks.Abort("This rank cannot go on.");
            ranks.Barrier();
        }
        var trained = new Dictionary<string, Trained>
        {
            ["mlp"] = RankedTrainings.Train(ranks, RankedTrainings.Options, RankedTrainings.Mlp),
            ["residual"] = RankedTrainings.Train(ranks, RankedTrainings.Options, RankedTrainings.Smooth),
        };
        var found = new Findings(ranks.Wire, Sums(ranks), [.. Refusals(ranks, place)], trained);
        File.WriteAllText(FileOf(folder, place.Rank), JsonSerializer.Serialize(found));
        return 0;
    }

    /// <summary>Adds, gives and gathers, and holds the results to what each rank works out by itself.</summary>
    private static string Sums(ICollective ranks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int count in new[] { 1, 3, 1000, 300_001 })
        {
            using var scope = NewDisposeScope();
            float[][] given = [.. Enumerable.Range(0, ranks.Size).Select(rank => MixedNumbers.Of(rank, count))];
            Tensor floats = tensor(given[ranks.Rank]),
                doubles = floats.to(ScalarType.Float64),
                longs = tensor(Enumerable.Range(0, count).Select(i => (long)i * (ranks.Rank + 1)).ToArray());
            foreach (Tensor values in new[] { floats, doubles, longs })
            {
                ranks.AllReduceSum(values);
                hash.AppendData(values.bytes);
            }
            for (int i = 0; i < count; i++)
            {
                double sum = given.Sum(one => (double)one[i]),
                    size = given.Sum(one => Math.Abs((double)one[i]));
                Assert.Equal(sum, floats.data<float>()[i], 1e-6 * size + double.Epsilon);
                Assert.Equal(sum, doubles.data<double>()[i], 1e-14 * size + double.Epsilon);
                Assert.Equal((long)i * ranks.Size * (ranks.Size + 1) / 2, longs.data<long>()[i]);
            }
            Tensor shared = tensor(Enumerable.Repeat(ranks.Rank + 7.5, count).ToArray());
            ranks.Broadcast(shared);
            Assert.All(shared.data<double>().ToArray(), value => Assert.Equal(7.5, value));
            byte[][] all = ranks.Gather([.. Enumerable.Repeat((byte)ranks.Rank, ranks.Rank * count % 1000)]);
            Assert.Equal(Enumerable.Range(0, ranks.Size).Select(rank => rank * count % 1000), all.Select(one => one.Length));
            Assert.All(all, (one, rank) => Assert.All(one, value => Assert.Equal(rank, value)));
            ranks.Barrier();
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Refusals(ICollective ranks, RankPlace place)
    {
        using (Tensor half = zeros(3, ScalarType.BFloat16))
            yield return Assert.Throws<ArgumentException>(() => ranks.AllReduceSum(half)).Message;
        using (Tensor elsewhere = zeros(3, ScalarType.Float32, META))
            Assert.Throws<ArgumentException>(() => ranks.Broadcast(elsewhere));
        yield return Refused(() => ranks.MustAgree($"{ranks.Rank}", "another text", "the same"));
        yield return Refused(() => WithoutRoot(MpiLibrary.Load(place.Launcher)));
        yield return Refused(() => (place with { Size = place.Size + 1 }).Join());
        ranks.Dispose();
        yield return Refused(() => place.Join());
    }

    private static unsafe void WithoutRoot(MpiLibrary mpi)
    {
        byte sent = 0;
        mpi.Must(mpi.Broadcast(&sent, 1, mpi.Byte, 99, mpi.World), "ask a rank that is not there");
    }

    private static string Refused(Action work) => Assert.ThrowsAny<InputException>(work).Message;
}
