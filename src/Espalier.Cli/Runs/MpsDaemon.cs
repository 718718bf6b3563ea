using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Espalier.Runtime;

namespace Espalier.Cli.Runs;

/// <summary>
/// NVIDIA's Multi-Process Service: with it, kernels of several processes run on a GPU at the same time; without it, processes take turns.
/// A run's own daemon lives in a folder of its own, needs no right but the user's, and ends with the run.
/// </summary>
internal sealed class MpsDaemon : IDisposable
{
    /// <summary>The program that starts, asks and ends it.</summary>
    public const string Control = "nvidia-cuda-mps-control";

    /// <summary>What processes find a daemon by: the folder of its pipes.</summary>
    public const string PipeVariable = "CUDA_MPS_PIPE_DIRECTORY";

    // NVIDIA's own default of the folder of pipes, whatever the folder of temporary files is.
    private const string UsualFolder = "/tmp/nvidia-mps";

    private const string LogVariable = "CUDA_MPS_LOG_DIRECTORY",
        IdFile = "nvidia-cuda-mps-control.pid",
        Prefix = "espalier-mps-";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly string _program,
        _folder;

    private MpsDaemon(string program, string folder) => (_program, _folder) = (program, folder);

    /// <summary>What workers need in their environment to be its clients.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string> { [PipeVariable] = _folder, [LogVariable] = _folder };

    /// <summary>Starts a daemon for a run, unless one is there already.</summary>
    /// <param name="temporary">Where to make its folder; a short path: its sockets' names have room for some hundred letters.</param>
    /// <param name="remark">Told what the run does without one, without its full stop.</param>
    /// <returns>None if there is one already, or none can be had.</returns>
    public static MpsDaemon? Start(string temporary, Action<string> remark)
    {
        if (OnPath.Find(Control) is not { } program)
        {
            remark($"{Control} is not on the path, so {Cost}");
            return null;
        }
        EndThoseLeftBehind(program, temporary);
        if (IsThere(System.Environment.GetEnvironmentVariable(PipeVariable) is { Length: > 0 } named ? named : UsualFolder))
            return null; // workers find it as this process would
        string folder = Path.Combine(temporary, $"{Prefix}{System.Environment.ProcessId}");
        var daemon = new MpsDaemon(program, folder);
        try
        {
            Directory.CreateDirectory(folder);
            if (daemon.Say("-d", null) is { } fault)
            {
                daemon.Dispose();
                remark($"{Control} could not be started ({fault}), so {Cost}");
                return null;
            }
            return daemon;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            remark($"{Control} has no folder ({fault.Message.TrimEnd('.')}), so {Cost}");
            return null;
        }
    }

    private static string Cost =>
        "workers take turns on the GPU: on one H200, 8 of them trained 43,000 images a second of ResNet20x1 in turns, and 100,400 with it";

    /// <summary>Ends it, and removes its folder.</summary>
    public void Dispose()
    {
        Say(null, "quit");
        try
        {
            if (Directory.Exists(_folder))
                Directory.Delete(_folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Its log was being written: the folder lies where temporary files are cleared away.
        }
    }

    /// <summary>Runs the control program.</summary>
    /// <returns>What went wrong; null for nothing.</returns>
    private string? Say(string? argument, string? input)
    {
        // A daemon keeps what it is given: a pipe that it held open would be waited for, and this program's output is not for its words.
        string[] words = ["-c", "exec \"$0\" \"$@\" > /dev/null 2>&1", _program, .. argument is null ? Array.Empty<string>() : [argument]];
        var start = new ProcessStartInfo("/bin/sh", words) { RedirectStandardInput = true };
        foreach ((string name, string value) in Environment)
            start.Environment[name] = value;
        try
        {
            using Process process = Process.Start(start)!;
            if (input is not null)
                process.StandardInput.WriteLine(input);
            process.StandardInput.Close();
            if (!process.WaitForExit(s_patience))
            {
                process.Kill();
                return $"it did not answer within {s_patience.TotalSeconds:0} seconds";
            }
            return process.ExitCode == 0 ? null : $"exit code {process.ExitCode}";
        }
        catch (Exception fault) when (fault is Win32Exception or IOException or InvalidOperationException)
        {
            return fault.Message.Split('\n')[0].TrimEnd('.');
        }
    }

    /// <summary>A run that was killed could not end its daemon: the next one does.</summary>
    private static void EndThoseLeftBehind(string program, string temporary)
    {
        foreach (string folder in Directory.Exists(temporary) ? Directory.GetDirectories(temporary, Prefix + "*") : [])
            if (
                int.TryParse(Path.GetFileName(folder)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int owner)
                && !IsAlive(owner)
            )
                new MpsDaemon(program, folder).Dispose();
    }

    private static bool IsThere(string folder)
    {
        try
        {
            string file = Path.Combine(folder, IdFile);
            return File.Exists(file)
                && int.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && IsAlive(id);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsAlive(int id) => Directory.Exists($"/proc/{id}");
}
