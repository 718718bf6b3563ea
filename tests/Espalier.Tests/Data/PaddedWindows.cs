using Espalier.Data;

namespace Espalier.Tests.Data;

/// <summary>What augmented images are parts of, by trying out all that they could be.</summary>
internal static class PaddedWindows
{
    /// <summary>The image of which this is a window, by trying every image, mirror and place; -1 if there is none.</summary>
    public static int Source(ImageSet set, Normalization normalization, int padding, bool flip, ReadOnlySpan<float> window)
    {
        for (int image = 0; image < set.Count; image++)
        for (int mirror = 0; mirror <= (flip ? 1 : 0); mirror++)
        for (int dy = -padding; dy <= padding; dy++)
        for (int dx = -padding; dx <= padding; dx++)
            if (Matches(set, normalization, window, image, mirror == 1, dy, dx))
                return image;
        return -1;
    }

    private static bool Matches(
        ImageSet set,
        Normalization normalization,
        ReadOnlySpan<float> window,
        int image,
        bool mirror,
        int dy,
        int dx
    )
    {
        for (int y = 0; y < set.Height; y++)
        {
            for (int x = 0; x < set.Width; x++)
            {
                int row = y + dy,
                    column = (mirror ? set.Width - 1 - x : x) + dx;
                bool inside = row >= 0 && row < set.Height && column >= 0 && column < set.Width;
                for (int c = 0; c < set.Channels; c++)
                {
                    byte pixel = inside ? set.Pixels.Span[((image * set.Height + row) * set.Width + column) * set.Channels + c] : (byte)0;
                    if (window[(y * set.Width + x) * set.Channels + c] != Normalized(pixel, c, normalization))
                        return false;
                }
            }
        }
        return true;
    }

    public static float Normalized(byte pixel, int channel, Normalization n) => (pixel / 255f - n.Mean[channel]) / n.Std[channel];
}
