using Espalier.Data;

namespace Espalier.Tests.Training;

/// <summary>Pixels that tell when they are read.</summary>
internal sealed class WatchedPixels(ImageSet set, Action read) : IPixels
{
    public int Threads => 1;

    public void Read(int image, WindowChoice? choose, Span<byte> target)
    {
        read();
        set.Read(image, target);
    }
}
