namespace Espalier.Lab.Engine;

/// <summary>How far a stage is.</summary>
/// <param name="Share">Done, in [0, 1].</param>
/// <param name="Completed">The part just completed, if one was: <c>epoch 3: 85.12 %</c>.</param>
public sealed record StageProgress(double Share, string? Completed = null)
{
    /// <summary>Something that the user should know, once, without its full stop.</summary>
    public string? Notice { get; init; }
}

/// <summary>Where a stage works and what it works on.</summary>
/// <param name="folder">Its own folder: what a killed run left is still there.</param>
/// <param name="inputFile">Path of a file of an input's artefact, its checksum verified.</param>
/// <param name="workshop">What it works with beside these.</param>
/// <param name="progress">Told as the work goes on.</param>
/// <param name="cancel">Stops it.</param>
public sealed class StageRun(
    string folder,
    Func<Stage, string, string> inputFile,
    IWorkshop workshop,
    IProgress<StageProgress>? progress = null,
    CancellationToken cancel = default
)
{
    /// <summary>Its own folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>What the stage works with beside the artefacts of its inputs.</summary>
    public IWorkshop Workshop { get; } = workshop;

    /// <summary>Stops the stage.</summary>
    public CancellationToken Cancel { get; } = cancel;

    /// <summary>The stage's id.</summary>
    public string Stage { get; init; } = "";

    /// <summary>Cancelled when another worker has the stage by now: nothing more is to be written.</summary>
    public CancellationToken Lost { get; init; }

    /// <summary>A file in its own folder.</summary>
    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>A file of an input's artefact.</summary>
    public string File(Stage input, string name) => inputFile(input, name);

    /// <summary>Tells how far the stage is.</summary>
    public void Report(double share) => Report(new StageProgress(share));

    /// <summary>Tells how far the stage is, and what else there is to say.</summary>
    public void Report(StageProgress now) => progress?.Report(now);
}
