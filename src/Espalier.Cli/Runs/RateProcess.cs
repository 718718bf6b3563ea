using System.Diagnostics;
using System.Globalization;
using System.Text;
using Espalier.Cli.Options;
using Espalier.Lab.Design.Costs;

namespace Espalier.Cli.Runs;

/// <summary>A process that passes over invented images whenever it is told to, and says how fast: <c>espalier rate</c>.</summary>
internal sealed class RateProcess : IAsyncDisposable
{
    /// <summary>What it says once it can begin.</summary>
    public const string Ready = "ready";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private RateProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts one, and waits until it can begin.</summary>
    /// <param name="gridFile">Its grid.</param>
    /// <param name="how">Threads, library and how GPUs compute.</param>
    /// <param name="device">Where.</param>
    /// <returns>None if it could not: its device has no room for it.</returns>
    public static async Task<RateProcess?> StartAsync(string gridFile, RunHow how, string device)
    {
        var process = new RateProcess(WorkerProcess.Rate(gridFile, how, device));
        if (await process.LineAsync() == Ready)
            return process;
        await process.DisposeAsync();
        return null;
    }

    /// <summary>Operations a second of one network for a while.</summary>
    /// <returns>None if it died of it.</returns>
    public async Task<double?> MeasureAsync(Pass pass, string model, double seconds)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{seconds} {pass} {model}"));
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            return null;
        }
        return double.TryParse(await LineAsync(), NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) ? rate : null;
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    private async Task<string?> LineAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            return await _process.StandardOutput.ReadLineAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
