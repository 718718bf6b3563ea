namespace Espalier.Data;

/// <summary>Mean and (population) standard deviation of each channel, of pixels scaled to [0, 1].</summary>
/// <param name="Mean">One a channel.</param>
/// <param name="Std">One a channel; 0 where all pixels are equal.</param>
public sealed record ChannelStatistics(IReadOnlyList<double> Mean, IReadOnlyList<double> Std)
{
    /// <summary>Computes them exactly: sums are integers, and only the last division and root are rounded.</summary>
    public static ChannelStatistics Of(ImageSet set) => set.Statistics();
}
