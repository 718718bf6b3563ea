namespace Espalier.Data;

/// <summary>The part of every batch that one of several ranks takes: of n images those from n · rank / size on.</summary>
/// <param name="Rank">0 to <paramref name="Size"/> − 1.</param>
/// <param name="Size">How many ranks; 0 or 1 for all images.</param>
public readonly record struct Shard(int Rank, int Size)
{
    /// <summary>Whether it is all there is.</summary>
    public bool IsWhole => Size <= 1;

    /// <summary>The first image of its part of n, and the one after its last.</summary>
    public (int Start, int End) Of(int n) => IsWhole ? (0, n) : ((int)((long)n * Rank / Size), (int)((long)n * (Rank + 1) / Size));
}
