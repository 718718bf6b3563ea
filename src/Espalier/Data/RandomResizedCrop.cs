using Espalier.Randomness;

namespace Espalier.Data;

/// <summary>
/// A random part of an image, as torchvision's RandomResizedCrop draws it: its area uniform, the logarithm of its shape uniform, its place
/// uniform; where ten draws do not fit into the image, the largest part in the middle with a shape that is allowed.
/// </summary>
public sealed record RandomResizedCrop
{
    private const int Tries = 10;

    /// <summary>Least share of the image's area; more than 0. Default 0.08.</summary>
    public double LeastScale { get; init; } = 0.08;

    /// <summary>Largest share of the image's area; at most 1. Default 1.</summary>
    public double MostScale { get; init; } = 1;

    /// <summary>Least width divided by height. Default 3/4.</summary>
    public double LeastRatio { get; init; } = 3.0 / 4;

    /// <summary>Largest width divided by height. Default 4/3.</summary>
    public double MostRatio { get; init; } = 4.0 / 3;

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">A share or a shape is out of range, or the least is more than the largest.</exception>
    public RandomResizedCrop Validated()
    {
        if (!(LeastScale > 0 && LeastScale <= MostScale && MostScale <= 1))
            throw new InputException(
                $"Parts of {LeastScale} to {MostScale} of an image's area are impossible; expected shares of more than 0 and at most 1."
            );
        if (!(LeastRatio > 0 && LeastRatio <= MostRatio && MostRatio < 1e3))
            throw new InputException(
                $"Parts {LeastRatio} to {MostRatio} times as wide as high are impossible; expected more than 0 and less than 1000."
            );
        return this;
    }

    /// <summary>Draws a part.</summary>
    /// <param name="random">Gives area, shape, row and column of each try, in that order.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    public ImageWindow Draw(RandomStream random, int height, int width)
    {
        double least = Math.Log(LeastRatio),
            most = Math.Log(MostRatio);
        for (int i = 0; i < Tries; i++)
        {
            double area = (double)height * width * (LeastScale + random.NextDouble() * (MostScale - LeastScale)),
                ratio = Math.Exp(least + random.NextDouble() * (most - least));
            int w = (int)Math.Round(Math.Sqrt(area * ratio)),
                h = (int)Math.Round(Math.Sqrt(area / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height)
                return new ImageWindow(random.NextInt(height - h + 1), random.NextInt(width - w + 1), h, w);
        }
        return Middle(height, width);
    }

    /// <summary>What is taken where no draw fits: the middle.</summary>
    internal ImageWindow Middle(int height, int width)
    {
        double ratio = (double)width / height;
        int h = ratio < LeastRatio ? Math.Clamp((int)Math.Round(width / LeastRatio), 1, height) : height,
            w = ratio > MostRatio ? Math.Clamp((int)Math.Round(height * MostRatio), 1, width) : width;
        return new ImageWindow((height - h) / 2, (width - w) / 2, h, w);
    }
}
