using Espalier.Collectives;
using Espalier.Tests.Training;
using Espalier.Training;
using Xunit;

namespace Espalier.Tests.Collectives;

/// <summary>Ranks that MPI starts, on this machine; skipped where there is no MPI.</summary>
public sealed class MpiSpecs
{
    [Theory]
    [InlineData("mpirun.openmpi", 2, "Open MPI")]
    [InlineData("mpirun.openmpi", 3, "Open MPI")]
    [InlineData("mpiexec.mpich", 2, "MPICH")]
    public void Ranks_add_give_gather_refuse_and_train_what_one_process_trains(string launcher, int size, string library)
    {
        RankProgram.Findings[] all = MpiRun.Find(launcher, size); // each has held its sums to its own
        Assert.All(all, rank => Assert.StartsWith($"MPI ({library}", rank.Wire, StringComparison.Ordinal));
        Assert.All(all, rank => Assert.Equal(all[0].Sums, rank.Sums));
        Assert.Collection(
            all[1].Refusals,
            said => Assert.Equal("sums of BFloat16 are not known; expected float32, float64 or int64", said),
            said => Assert.Equal($"Rank 1 of {size} has another text than rank 0; expected the same.", said),
            said => Assert.Matches("^MPI could not ask a rank that is not there: .*root.*\\.$", said.Replace("ROOT", "root")),
            said => Assert.StartsWith($"This process is rank 1 of {size + 1} for its launcher and rank 1 of {size} for {library}", said),
            said => Assert.StartsWith("MPI was left in this process already", said)
        );
        Dictionary<string, Trained> alone = new()
        {
            ["mlp"] = RankedTrainings.Train(Alone.Here, RankedTrainings.Options, RankedTrainings.Mlp),
            ["residual"] = RankedTrainings.Train(Alone.Here, RankedTrainings.Options, RankedTrainings.Smooth),
        };
        foreach ((string network, Trained expected) in alone)
        {
            Assert.All(all, rank => Assert.Equal(all[0].Trained[network].Values, rank.Trained[network].Values));
            Assert.InRange(expected.Furthest(all[0].Trained[network]), 0, 1e-5);
            foreach ((EpochMetrics one, EpochMetrics found) in expected.Metrics.Zip(all[0].Trained[network].Metrics))
            {
                Assert.Equal(one.TrainLoss, found.TrainLoss, 1e-5);
                Assert.Equal(one.TestLoss!.Value, found.TestLoss!.Value, 1e-5);
            }
        }
    }

    [Theory]
    [InlineData("mpirun.openmpi")]
    [InlineData("mpiexec.mpich")]
    public void A_rank_that_cannot_go_on_ends_the_others_that_wait_for_it(string launcher)
    {
        using TempFolder folder = new();
        (int code, _) = MpiRun.Start(launcher, 2, "abort", folder.Path);
        Assert.NotEqual(0, code);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
