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
