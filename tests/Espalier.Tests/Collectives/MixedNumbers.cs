namespace Espalier.Tests.Collectives;

/// <summary>Numbers of very different sizes, so that another order of additions gives other bits.</summary>
internal static class MixedNumbers
{
    public static float[] Of(int rank, int count)
    {
        var random = new Random(rank);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 6))))];
    }
}
