using Espalier.Lab.Engine.Store;

namespace Espalier.Lab.Engine.Running;

/// <summary>How far a run is.</summary>
/// <param name="Stages">Stages in all.</param>
/// <param name="Done">Finished, by this run or before.</param>
/// <param name="Failed">That cannot be done, or whose inputs cannot.</param>
/// <param name="Share">Of the work, measured in floating-point operations, in [0, 1].</param>
/// <param name="Workers">What each worker is at.</param>
public sealed record RunProgress(int Stages, int Done, int Failed, double Share, IReadOnlyList<WorkerProgress> Workers);

/// <summary>What a worker is at.</summary>
/// <param name="Stage">The stage; none while it waits.</param>
/// <param name="Share">Of that stage, in [0, 1].</param>
/// <param name="Completed">The part of it that was completed last.</param>
public sealed record WorkerProgress(Stage? Stage, double Share, string? Completed)
{
    /// <summary>Something that the user should know, once, without its full stop.</summary>
    public string? Notice { get; init; }
}

/// <summary>What a run left.</summary>
/// <param name="Done">Stages finished, by this run or before.</param>
/// <param name="Ran">Stages this run did.</param>
/// <param name="Failures">Stages that failed, with their logs.</param>
/// <param name="Skipped">Stages not tried because an input failed.</param>
/// <param name="Remarks">What had to be done again, and why.</param>
/// <param name="Cancelled">Whether it was stopped before the end.</param>
public sealed record RunOutcome(
    int Done,
    int Ran,
    IReadOnlyList<FailureLog> Failures,
    int Skipped,
    IReadOnlyList<string> Remarks,
    bool Cancelled
);
