namespace Espalier.Lab.Engine.Running;

/// <summary>How a stage ended.</summary>
public enum StageEnd
{
    /// <summary>Its artefact is in the store.</summary>
    Done,

    /// <summary>Another run is at it.</summary>
    Elsewhere,

    /// <summary>An input's artefact is damaged and has to be made again.</summary>
    DamagedInput,

    /// <summary>It cannot be done.</summary>
    Failed,

    /// <summary>The worker died at it.</summary>
    Died,

    /// <summary>Its device had not memory enough for it beside the others.</summary>
    OutOfMemory,

    /// <summary>Its device broke under it: the worker's process can compute nothing more there, a new one perhaps.</summary>
    DeviceLost,

    /// <summary>Cancelled; what was done is kept.</summary>
    Cancelled,

    /// <summary>The worker itself could not begin; nothing is said of the stage.</summary>
    NotStarted,
}

/// <summary>How a stage ended, and why.</summary>
/// <param name="End">How.</param>
/// <param name="Message">Why, in one sentence; empty where all is well.</param>
/// <param name="Log">Everything else that is known.</param>
/// <param name="Other">Id of the damaged input.</param>
public sealed record StageOutcome(StageEnd End, string Message = "", string Log = "", string Other = "")
{
    /// <summary>Whether whoever did it can do nothing more: its process ends.</summary>
    public bool IsLast { get; init; }
}

/// <summary>Something that does stages, one at a time.</summary>
public interface IWorker : IAsyncDisposable
{
    /// <summary>Does one stage.</summary>
    Task<StageOutcome> RunAsync(Stage stage, IProgress<StageProgress> progress, CancellationToken cancel);
}
