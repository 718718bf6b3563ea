using Espalier.Lab.Engine.Store;
using Espalier.Runtime.Gpu;

namespace Espalier.Lab.Engine.Running;

/// <summary>Does stages in this process: nothing to start, but a crash of the native library takes all with it.</summary>
/// <param name="executor">Does them.</param>
public sealed class InProcessWorker(StageExecutor executor) : IWorker
{
    /// <inheritdoc/>
    public Task<StageOutcome> RunAsync(Stage stage, IProgress<StageProgress> progress, CancellationToken cancel) =>
        Task.Factory.StartNew(
            () => Run(executor, stage, progress, cancel),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Does a stage and tells how it ended instead of throwing.</summary>
    internal static StageOutcome Run(StageExecutor executor, Stage stage, IProgress<StageProgress>? progress, CancellationToken cancel) =>
        Ended(executor, stage, progress, cancel) with
        {
            IsLast = executor.IsSpent,
        };

    private static StageOutcome Ended(StageExecutor executor, Stage stage, IProgress<StageProgress>? progress, CancellationToken cancel)
    {
        try
        {
            return new StageOutcome(executor.TryExecute(stage, progress, cancel) ? StageEnd.Done : StageEnd.Elsewhere);
        }
        catch (OperationCanceledException)
        {
            return new StageOutcome(StageEnd.Cancelled);
        }
        catch (DamagedArtefactException fault)
        {
            return new StageOutcome(StageEnd.DamagedInput, fault.Message, Other: fault.Stage.Id);
        }
        catch (InputException fault)
        {
            // Where nothing more can be done here, that is no fault of the stage's.
            return new StageOutcome(executor.IsSpent ? StageEnd.Died : StageEnd.Failed, fault.Message);
        }
        catch (Exception fault) when (DeviceFaults.Of(fault) is DeviceFault.OutOfMemory)
        {
            return new StageOutcome(StageEnd.OutOfMemory, $"The GPU's memory was full: {DeviceFaults.Reason(fault)}.");
        }
        catch (Exception fault) when (DeviceFaults.Of(fault) is DeviceFault.Lost)
        {
            return new StageOutcome(StageEnd.DeviceLost, $"The GPU failed: {DeviceFaults.Reason(fault)}.", fault.ToString());
        }
        catch (Exception fault)
        {
            return new StageOutcome(StageEnd.Failed, $"Internal failure: {fault.Message.Split('\n')[0].Trim()}", fault.ToString());
        }
    }
}
