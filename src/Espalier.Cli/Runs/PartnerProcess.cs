using System.Diagnostics;
using System.Text;

namespace Espalier.Cli.Runs;

/// <summary>The second process of a trial of a file system, on this machine: <c>espalier doctor --store DIR --partner</c>.</summary>
internal sealed class PartnerProcess : IDisposable
{
    private readonly string _folder;
    private readonly CancellationTokenSource _gone;
    private readonly StringBuilder _errors = new();
    private Process? _process;

    /// <summary>Of a folder; gives up when the trial does.</summary>
    public PartnerProcess(string folder, CancellationToken cancel) =>
        (_folder, _gone) = (folder, CancellationTokenSource.CreateLinkedTokenSource(cancel));

    /// <summary>Cancelled when it ends with a fault, or the trial is given up.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>What it said when it ended with a fault, in a sentence; none as long as it did not.</summary>
    public string? Fault { get; private set; }

    /// <summary>Starts it.</summary>
    public void Start()
    {
        ProcessStartInfo start = WorkerProcess.Program();
        foreach (string word in new[] { "doctor", "--store", _folder, "--partner" })
            start.ArgumentList.Add(word);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        process.Exited += (_, _) => Ended(process);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process = process;
    }

    /// <summary>Ends it, if it has not ended itself.</summary>
    public void Dispose()
    {
        if (_process is { } process)
        {
            if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
                process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
        _gone.Dispose();
    }

    private void Ended(Process process)
    {
        try
        {
            process.WaitForExit(); // all that it said has come by then
            if (process.ExitCode == 0)
                return;
            string[] said = _errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Fault = $"The second process ended: {said.LastOrDefault() ?? $"exit code {process.ExitCode}"}";
            _gone.Cancel();
        }
        catch (Exception over) when (over is ObjectDisposedException or InvalidOperationException)
        {
            // The trial was over before.
        }
    }
}
