using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;

namespace Espalier.Cli.Terminal;

/// <summary>How a run stands, for people.</summary>
internal static class StatusTable
{
    private static readonly string[] s_heads = ["where", "job", "stage", "done", "last part", "heard of"];

    public static void Print(Output output, string run, RunStatus status)
    {
        string lost = status.Failed + status.Skipped > 0 ? $", {status.Failed} failed, {status.Skipped} need one that failed" : "",
            left = status.SecondsLeft is { } seconds && !status.IsOver
                ? $"; about {Durations.Text(seconds)} left with the workers of now"
                : "";
        output.Line(
            $"{run}: {status.Done} of {status.Stages} stages are done, {status.Running} under way, {status.Waiting} wait{lost}"
                + $" ({status.Share:0%} of the work{left})."
        );
        if (status.Workers.Count > 0)
            TextTable.Print(output, s_heads, status.Workers.SelectMany(Rows));
        foreach (FailureLog failure in status.Failures)
            output.Line($"'{failure.Title}' failed: {failure.Message}");
    }

    private static IEnumerable<string[]> Rows(RunStatus.Process process)
    {
        string heard = process.IsAlive
                ? $"{Durations.Text(process.SilentSeconds)} ago"
                : $"silent for {Durations.Text(process.SilentSeconds)}",
            job = process.Job ?? "";
        return process
            .At.DefaultIfEmpty(null)
            .Select(work =>
                new[] { process.Host, job, work?.Title ?? "waiting", work is null ? "" : $"{work.Share:0%}", work?.Completed ?? "", heard }
            );
    }
}
