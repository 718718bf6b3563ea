namespace Espalier.Tests.Files.Leases;

/// <summary>What is tried: how many processes, how bad a file system, how wrong about each other.</summary>
internal sealed record ModelRules
{
    public int Processes { get; init; } = 2;

    /// <summary>So often each wants the lease.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>So many processes may die, each at any moment.</summary>
    public int Deaths { get; init; }

    /// <summary>So often a living holder is taken for silent: it was suspended, or cut off.</summary>
    public int Doubts { get; init; }

    /// <summary>Whether the lease is removed for good after the commit; otherwise the last file stays.</summary>
    public bool IsRetired { get; init; }

    /// <summary>So many files of former holders stay.</summary>
    public int Kept { get; init; } = 1;

    /// <summary>Whether a machine that has changed a folder itself reads its list anew; otherwise every list may be an old one.</summary>
    public bool ListsAnewAfterOwnChange { get; init; } = true;
}
