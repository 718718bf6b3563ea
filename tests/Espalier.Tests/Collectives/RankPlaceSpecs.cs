using Espalier.Collectives;
using Xunit;
using static TorchSharp.torch;

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

    [Fact]
    public void Memory_that_a_killed_process_left_is_freed_by_the_next()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are looked up in /proc");
        string own = SharedMemoryCollective.NewFolder(),
            left = own + "-left";
        Directory.CreateDirectory(left);
        File.WriteAllText(Path.Combine(left, "starter"), $"{int.MaxValue} 1");
        string next = SharedMemoryCollective.NewFolder();
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(own));
        Directory.Delete(own, recursive: true);
        Directory.Delete(next, recursive: true);
    }

    [Fact]
    public void Who_waits_for_a_rank_0_that_was_killed_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are looked up in /proc");
        string folder = SharedMemoryCollective.NewFolder();
        try
        {
            File.WriteAllText(Path.Combine(folder, "starter"), $"{int.MaxValue} 1");
            var fault = Assert.Throws<BrokenRanksException>(() => SharedMemoryCollective.Join(folder, 1, 2));
            Assert.Equal("Rank 1 of 2 waited for rank 0, whose process has ended.", fault.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Where_GPUs_cannot_be_joined_the_way_to_the_others_is_left_too()
    {
        using var host = new Given();
        Assert.ThrowsAny<Exception>(() => NcclCollective.Join(host, CUDA));
        Assert.True(host.IsDisposed);
    }

    private static RankPlace? Of(string environment)
    {
        Dictionary<string, string> variables = environment
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(one => one.Split('=', 2))
            .ToDictionary(one => one[0], one => one[1]);
        return RankPlace.From(name => variables.GetValueOrDefault(name));
    }

    /// <summary>One of two ranks, whose other never answers.</summary>
    private sealed class Given : ICollective
    {
        public bool IsDisposed { get; private set; }

        public int Rank => 1;

        public int Size => 2;

        public string Wire => "none";

        public void AllReduceSum(Tensor values) => throw new InputException("gone");

        public void Broadcast(Tensor values) => throw new InputException("gone");

        public byte[][] Gather(ReadOnlySpan<byte> own) => throw new InputException("gone");

        public void Barrier() => throw new InputException("gone");

        public void Abort(string reason) { }

        public void Dispose() => IsDisposed = true;
    }
}
