using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Espalier.Lab.Engine.Running;

/// <summary>Does stages in a process of its own, which is started when first needed and again after it died.</summary>
/// <param name="start">How to start it; it speaks as <see cref="WorkerLoop"/> does.</param>
public sealed class ProcessWorker(ProcessStartInfo start) : IWorker
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private const int KeptLog = 20_000,
        BadInput = 2;
    private const string Error = "error: ";

    /// <summary>Exit code of a worker whose device is not there, or cannot be used.</summary>
    public const int NoDevice = 3;

    private readonly StringBuilder _errors = new();
    private Process? _process;

    /// <summary>Process id of the worker; none while there is none.</summary>
    public int? ProcessId => _process is { HasExited: false } process ? process.Id : null;

    /// <inheritdoc/>
    public async Task<StageOutcome> RunAsync(Stage stage, IProgress<StageProgress> progress, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
            return new StageOutcome(StageEnd.Cancelled);
        Process process;
        try
        {
            process = _process ??= Start();
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or IOException)
        {
            string reason = fault.Message.Split('\n')[0].TrimEnd('.');
            return new StageOutcome(StageEnd.NotStarted, $"A worker process ('{start.FileName}') could not be started: {reason}.");
        }
        // The end of its input tells the worker to stop; what it then says of the stage is awaited as usual.
        await using CancellationTokenRegistration stop = cancel.Register(() => CloseInput(process));
        try
        {
            await process.StandardInput.WriteLineAsync(stage.Id);
            await process.StandardInput.FlushAsync(CancellationToken.None);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // It died, or is being stopped: reading tells which.
        }
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (WorkerMessage.TryParse(line) is not { } message || message.Id != stage.Id)
                continue;
            if (message.Outcome is { } outcome)
            {
                // Its memory is given back, or what broke in it: another process begins anew.
                if (outcome.End is StageEnd.OutOfMemory or StageEnd.DeviceLost || outcome.IsLast)
                    await DisposeAsync();
                return outcome;
            }
            progress.Report(new StageProgress(message.Share, message.Completed) { Notice = message.Notice });
        }
        await process.WaitForExitAsync(CancellationToken.None);
        int code = process.ExitCode;
        process.Dispose();
        _process = null;
        if (cancel.IsCancellationRequested)
            return new StageOutcome(StageEnd.Cancelled);
        string said;
        lock (_errors)
            said = _errors.ToString().Trim();
        string sentence = said[(said.IndexOf(Error, StringComparison.Ordinal) is var at && at < 0 ? 0 : at + Error.Length)..];
        return code switch
        {
            // A worker that refuses its own options will refuse them again.
            BadInput => new StageOutcome(StageEnd.Failed, sentence),
            NoDevice => new StageOutcome(StageEnd.NotStarted, sentence),
            _ => new StageOutcome(StageEnd.Died, $"Its worker ended with exit code {code}.", said),
        };
    }

    /// <summary>Stops the worker: gently, and if it does not listen, by force.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not { } process)
            return;
        CloseInput(process);
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        process.Dispose();
        _process = null;
    }

    private Process Start()
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        lock (_errors)
            _errors.Clear();
        Process process = Process.Start(start) ?? throw new InvalidOperationException("no process was started");
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                if (_errors.Length < KeptLog)
                    _errors.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        return process;
    }

    private static void CloseInput(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            // It is gone already.
        }
    }
}
