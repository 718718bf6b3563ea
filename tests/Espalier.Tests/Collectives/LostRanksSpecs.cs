using Espalier.Collectives;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Collectives;

/// <summary>Ranks whose others never answer.</summary>
public class LostRanksSpecs
{
    [Fact]
    public void Where_GPUs_cannot_be_joined_the_way_to_the_others_is_left_too()
    {
        using var host = new Given();
        Assert.ThrowsAny<Exception>(() => NcclCollective.Join(host, CPU));
        Assert.True(host.IsDisposed);
    }

    [Fact]
    public void What_was_opened_on_a_rank_is_given_back_where_the_others_never_say_whether_they_could()
    {
        using var ranks = new Given();
        var opened = new Given();
        Assert.Throws<BrokenRanksException>(() => ranks.All(() => opened));
        Assert.True(opened.IsDisposed);
    }

    /// <summary>One of two ranks, whose other never answers.</summary>
    private sealed class Given : ICollective
    {
        public bool IsDisposed { get; private set; }

        public int Rank => 1;

        public int Size => 2;

        public string Wire => "none";

        public void AllReduceSum(Tensor values) => throw new BrokenRanksException("gone");

        public void Broadcast(Tensor values) => throw new BrokenRanksException("gone");

        public byte[][] Gather(ReadOnlySpan<byte> own) => throw new BrokenRanksException("gone");

        public void Barrier() => throw new BrokenRanksException("gone");

        public void Abort(string reason) { }

        public void Dispose() => IsDisposed = true;
    }
}
