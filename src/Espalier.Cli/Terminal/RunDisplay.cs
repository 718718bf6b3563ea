using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;

namespace Espalier.Cli.Terminal;

/// <summary>Shows how far a run is: all of it on one line, and on a terminal a line for each worker.</summary>
internal sealed class RunDisplay(Output output, bool quiet) : IProgress<RunProgress>, IDisposable
{
    private readonly ProgressLine _line = new(output, quiet);

    private bool _noted;

    public void Report(RunProgress p)
    {
        if (!_noted && p.Workers.FirstOrDefault(worker => worker.Notice is not null) is { } worker)
        {
            _noted = true; // what slows one worker down slows all
            _line.Note($"'{worker.Stage?.Title}': {worker.Notice}");
        }
        string lost = p.Failed > 0 ? $", {p.Failed} failed or skipped" : "";
        _line.Show(p.Share, $"{p.Done} of {p.Stages} stages{lost}", [.. p.Workers.Select(Text)]);
    }

    public void Dispose() => _line.Dispose();

    private static string Text(WorkerProgress worker) =>
        worker.Stage is null ? "waiting" : $"{worker.Stage.Title} {worker.Share:0%}{(worker.Completed is { } part ? $" {part}" : "")}";
}
