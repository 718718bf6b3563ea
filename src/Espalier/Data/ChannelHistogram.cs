namespace Espalier.Data;

/// <summary>How often each byte occurs in each channel: sums are then exact, and a pass over pixels is one increment a byte.</summary>
/// <param name="channels">Channels of a pixel.</param>
internal sealed class ChannelHistogram(int channels)
{
    private readonly long[] _counts = new long[channels * 256];

    /// <summary>Counts whole pixels.</summary>
    public void Add(ReadOnlySpan<byte> pixels)
    {
        for (int i = 0, c = 0; i < pixels.Length; i++)
        {
            _counts[c * 256 + pixels[i]]++;
            if (++c == channels)
                c = 0;
        }
    }

    /// <summary>Mean and deviation: only the last division and root are rounded.</summary>
    public ChannelStatistics Statistics()
    {
        double[] mean = new double[channels],
            std = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            Int128 n = 0,
                sum = 0,
                squares = 0;
            for (int v = 0; v < 256; v++)
            {
                long count = _counts[c * 256 + v];
                n += count;
                sum += (Int128)count * v;
                squares += (Int128)count * v * v;
            }
            mean[c] = (double)sum / ((double)n * 255);
            std[c] = Math.Sqrt((double)(n * squares - sum * sum)) / ((double)n * 255);
        }
        return new ChannelStatistics(mean, std);
    }
}
