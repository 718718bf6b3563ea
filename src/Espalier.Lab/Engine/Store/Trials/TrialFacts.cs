namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>What two processes found out about a file system that both use.</summary>
internal sealed record TrialFacts
{
    /// <summary>The side that prints this.</summary>
    public required TrialSide Here { get; init; }

    /// <summary>The other one.</summary>
    public required TrialSide There { get; init; }

    /// <summary>Kind of file system, as the kernel here calls it; empty where it does not tell.</summary>
    public string FileSystem { get; init; } = "";

    /// <summary>Why leases are kept here as they are.</summary>
    public string Keeping { get; init; } = "";

    /// <summary>What this side found out alone.</summary>
    public required TrialDisk Disk { get; init; }

    /// <summary>Names that both tried to make by creating them.</summary>
    public int Names { get; init; }

    /// <summary>Of them, made by the one or the other: as many as there are where each has one maker.</summary>
    public int Created { get; init; }

    /// <summary>Names that both tried to make as leases are made: by linking, where there are links.</summary>
    public int Links { get; init; }

    /// <inheritdoc cref="Created"/>
    public int Linked { get; init; }

    /// <summary>How often a file that was replaced all the time was read.</summary>
    public int Read { get; init; }

    /// <summary>How often it was not there then, or neither of before nor of after.</summary>
    public (int Missing, int Torn) Unfit { get; init; }

    /// <summary>How long after this side's changes the other still saw things as before; null for longer than it waited.</summary>
    public IReadOnlyList<TimeSpan?> Seen { get; init; } = [];

    /// <summary>What the other met when it tried for a lock that this one held, and then for a free one.</summary>
    public string HeldLock { get; init; } = TrialLock.None;

    /// <inheritdoc cref="HeldLock"/>
    public string FreeLock { get; init; } = TrialLock.None;

    /// <summary>How often both together held a lease, how often both at once, and how often trying ended in a fault.</summary>
    public int Held { get; init; }

    /// <inheritdoc cref="Held"/>
    public int Overlaps { get; init; }

    /// <inheritdoc cref="Held"/>
    public int Faults { get; init; }

    /// <summary>A holder silent for so long loses its lease.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>It says something so often.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Whether the two share a kernel, and with it all that it remembers of the file system.</summary>
    public bool IsOneMachine => Here.Machine == There.Machine;

    /// <summary>Whether leases are locks for both.</summary>
    public bool IsByLocks => Here.IsByLocks && There.IsByLocks;
}
