using Espalier.Collectives;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Runs;

/// <summary>Does stages in this process; where ranks have lost each other, nothing more is done.</summary>
/// <param name="images">Opened for all of them; freed at the end.</param>
/// <param name="store">Where artefacts are.</param>
/// <param name="stop">Stops the run, as another rank was told to.</param>
internal sealed class LaunchedWorker(ImageCache images, ArtefactStore store, Action stop) : IWorker
{
    private readonly InProcessWorker _worker = new(new StageExecutor(store, images, TimeProvider.System));

    public async Task<StageOutcome> RunAsync(Stage stage, IProgress<StageProgress> progress, CancellationToken cancel)
    {
        StageOutcome outcome = await _worker.RunAsync(stage, progress, cancel);
        if (outcome.IsLast)
            throw new BrokenRanksException($"'{stage.Title}' was not finished, and with it the run ends: {outcome.Message}");
        if (outcome.End == StageEnd.Cancelled && !cancel.IsCancellationRequested)
            stop(); // another rank was told to stop
        return outcome;
    }

    public ValueTask DisposeAsync()
    {
        images.Dispose();
        return _worker.DisposeAsync();
    }
}
