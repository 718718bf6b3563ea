using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Lab.Tests.Support;

/// <summary>Runs plans in this process, with one worker.</summary>
internal static class InProcess
{
    /// <summary>Runs a plan to its end; no stage may fail.</summary>
    /// <returns>The store, in the given folder.</returns>
    public static async Task<ArtefactStore> DoneAsync(Plan plan, string store, string? data = null)
    {
        RunOutcome outcome = await RunAsync(plan, store, data: data, cancel: TestContext.Current.CancellationToken);
        Assert.Empty(outcome.Failures);
        return new ArtefactStore(store);
    }

    /// <summary>Runs a plan until it ends, fails or is stopped.</summary>
    public static async Task<RunOutcome> RunAsync(
        Plan plan,
        string store,
        IProgress<RunProgress>? progress = null,
        string? data = null,
        CancellationToken cancel = default
    )
    {
        var artefacts = new ArtefactStore(store);
        using var images = new ImageCache(data, CPU);
        return await new Runner(artefacts, plan, progress).RunAsync(
            [new InProcessWorker(new StageExecutor(artefacts, images, TimeProvider.System))],
            cancel
        );
    }
}
