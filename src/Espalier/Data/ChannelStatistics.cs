namespace Espalier.Data;

/// <summary>Mean and (population) standard deviation of each channel, of pixels scaled to [0, 1].</summary>
/// <param name="Mean">One a channel.</param>
/// <param name="Std">One a channel; 0 where all pixels are equal.</param>
public sealed record ChannelStatistics(IReadOnlyList<double> Mean, IReadOnlyList<double> Std)
{
    /// <summary>Computes them exactly: sums are integers, and only the last division and root are rounded.</summary>
    public static ChannelStatistics Of(ImageSet set)
    {
        // Counting values first makes the sums exact and the pass over the pixels one increment a byte.
        long[] histogram = new long[set.Channels * 256];
        ReadOnlySpan<byte> pixels = set.Pixels.Span;
        for (int i = 0, c = 0; i < pixels.Length; i++)
        {
            histogram[c * 256 + pixels[i]]++;
            if (++c == set.Channels)
                c = 0;
        }
        double[] mean = new double[set.Channels],
            std = new double[set.Channels];
        for (int c = 0; c < set.Channels; c++)
        {
            Int128 n = 0,
                sum = 0,
                squares = 0;
            for (int v = 0; v < 256; v++)
            {
                long count = histogram[c * 256 + v];
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
