using System.Diagnostics;

namespace Espalier.Lab.Engine.Running;

/// <summary>
/// The worker's side of the conversation: reads ids of stages, a line each, does them, and prints messages. It ends when its input does.
/// </summary>
public static class WorkerLoop
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Works until the input ends; then stops what is under way, which is kept.</summary>
    /// <param name="plan">The stages that may be asked for.</param>
    /// <param name="executor">Does them.</param>
    /// <param name="requests">Ids.</param>
    /// <param name="replies">Messages.</param>
    public static void Run(StageGraph plan, StageExecutor executor, TextReader requests, TextWriter replies)
    {
        Dictionary<string, Stage> stages = plan.Stages.ToDictionary(stage => stage.Id, StringComparer.Ordinal);
        using var ended = new CancellationTokenSource();
        using var queue = new System.Collections.Concurrent.BlockingCollection<string>();
        // The input is read on a thread of its own: its end, which is the runner's end, has to stop a stage under way.
        var reader = new Thread(() =>
        {
            while (requests.ReadLine() is { } line)
                queue.Add(line.Trim());
            ended.Cancel();
            queue.CompleteAdding();
        })
        {
            IsBackground = true,
            Name = "requests",
        };
        reader.Start();
        foreach (string id in queue.GetConsumingEnumerable())
        {
            if (ended.IsCancellationRequested)
                break;
            long last = 0;
            var progress = new Relay<StageProgress>(p =>
            {
                if (p.Completed is null && p.Notice is null && Stopwatch.GetElapsedTime(last) < Interval)
                    return;
                last = Stopwatch.GetTimestamp();
                Say(replies, new WorkerMessage(id, p.Share, p.Completed, null, p.Notice));
            });
            StageOutcome outcome = stages.TryGetValue(id, out Stage? stage)
                ? InProcessWorker.Run(executor, stage, progress, ended.Token)
                : new StageOutcome(StageEnd.Failed, $"The plan has no stage {id}.");
            Say(replies, new WorkerMessage(id, 1, null, outcome));
            if (outcome.End == StageEnd.DeviceLost || outcome.IsLast)
                break; // nothing more can be computed in this process
        }
    }

    private static void Say(TextWriter replies, WorkerMessage message)
    {
        lock (replies)
        {
            replies.WriteLine(message.ToLine());
            replies.Flush();
        }
    }
}
