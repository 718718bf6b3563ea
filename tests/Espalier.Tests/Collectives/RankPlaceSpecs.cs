using Espalier.Collectives;
using Xunit;

namespace Espalier.Tests.Collectives;

/// <summary>What a process is told of the ranks that it is one of.</summary>
public class RankPlaceSpecs
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_RANK=5 OMPI_COMM_WORLD_SIZE=8 OMPI_COMM_WORLD_LOCAL_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=4", 5, 8, 1, 4)]
    [InlineData("PMI_RANK=3 PMI_SIZE=4 MPI_LOCALRANKID=1 MPI_LOCALNRANKS=2", 3, 4, 1, 2)]
    [InlineData("SLURM_PROCID=2 SLURM_STEP_NUM_TASKS=4 SLURM_LOCALID=0 SLURM_NTASKS_PER_NODE=2", 2, 4, 0, 2)]
    [InlineData("PMI_RANK=3 PMI_SIZE=4 SLURM_LOCALID=1 SLURM_PROCID=3 SLURM_STEP_NUM_TASKS=4", 3, 4, 1, 4)]
    [InlineData("ESPALIER_RANK=1/2//dev/shm/x OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=8", 1, 2, 1, 2)]
    public void Launchers_tell_rank_and_place_on_the_machine(string environment, int rank, int size, int localRank, int localSize)
    {
        RankPlace place = Of(environment)!;
        Assert.Equal((rank, size, localRank, localSize), (place.Rank, place.Size, place.LocalRank, place.LocalSize));
    }

    [Theory]
    [InlineData("")]
    [InlineData("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1")]
    [InlineData("SLURM_PROCID=0 SLURM_NTASKS=4")] // of a job's script, which is no task of a step
    public void Who_is_alone_is_told_of_no_ranks(string environment) => Assert.Null(Of(environment));

    [Fact]
    public void A_place_is_told_in_a_variable_and_nonsense_there_is_refused()
    {
        var place = new RankPlace(1, 3, "/dev/shm/some folder");
        Assert.Equal(place, RankPlace.From(name => name == RankPlace.Variable ? $"{place}" : null));
        Assert.Throws<InputException>(() => Of("ESPALIER_RANK=3/3/x"));
        Assert.Throws<InputException>(() => Of("ESPALIER_RANK=1"));
    }

    private static RankPlace? Of(string environment)
    {
        Dictionary<string, string> variables = environment
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(one => one.Split('=', 2))
            .ToDictionary(one => one[0], one => one[1]);
        return RankPlace.From(name => variables.GetValueOrDefault(name));
    }
}
