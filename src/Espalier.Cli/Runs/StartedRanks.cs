using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Espalier.Collectives;

namespace Espalier.Cli.Runs;

/// <summary>The other ranks of this machine: this program, started again with the same command line by rank 0.</summary>
internal sealed class StartedRanks : IDisposable
{
    private const int KeptText = 20_000;
    private const string Error = "error: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = SharedMemoryCollective.NewFolder();
    private readonly List<(int Rank, Process Process, StringBuilder Said)> _others = [];
    private readonly int _size;
    private bool _haveMet;

    /// <param name="size">Of all of them, at least 2.</param>
    /// <param name="words">The command line.</param>
    /// <exception cref="InputException">One could not be started.</exception>
    public StartedRanks(int size, IReadOnlyList<string> words)
    {
        _size = size;
        try
        {
            for (int rank = 1; rank < size; rank++)
                Start(new RankPlace(rank, size, _folder), words);
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or IOException)
        {
            Dispose();
            throw new InputException($"A rank could not be started: {fault.Message.Split('\n')[0].TrimEnd('.')}.", fault);
        }
    }

    /// <summary>Joins them, as rank 0.</summary>
    /// <exception cref="InputException">One has ended meanwhile: the message is its own where it said something.</exception>
    public ICollective Join()
    {
        ICollective ranks = SharedMemoryCollective.Join(_folder, 0, _size, MustBeThere);
        _haveMet = true;
        return ranks;
    }

    private void Start(RankPlace place, IReadOnlyList<string> words)
    {
        ProcessStartInfo start = WorkerProcess.Program();
        foreach (string word in words)
            start.ArgumentList.Add(word);
        start.Environment[RankPlace.Variable] = $"{place}";
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        Process process = Process.Start(start) ?? throw new InvalidOperationException("no process was started");
        var said = new StringBuilder();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said)
                if (said.Length < KeptText)
                    said.AppendLine(line.Data);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        _others.Add((place.Rank, process, said));
    }

    private void MustBeThere()
    {
        foreach ((int rank, Process process, StringBuilder said) in _others)
        {
            if (!process.HasExited)
                continue;
            process.WaitForExit(); // for the rest of what it says
            string text;
            lock (said)
                text = said.ToString().Trim();
            string sentence = text[(text.IndexOf(Error, StringComparison.Ordinal) is var at && at < 0 ? 0 : at + Error.Length)..];
            throw new BrokenRanksException(
                sentence.Length > 0 ? sentence : $"Rank {rank} of {_size} (process {process.Id}) ended with exit code {process.ExitCode}."
            );
        }
    }

    /// <summary>Waits until they have ended, as they do when rank 0 is done or gone; those that do not are ended.</summary>
    public void Dispose()
    {
        long start = Stopwatch.GetTimestamp();
        foreach ((_, Process process, _) in _others)
        {
            TimeSpan left = _haveMet ? Patience - Stopwatch.GetElapsedTime(start) : TimeSpan.Zero;
            if (!process.WaitForExit(left > TimeSpan.Zero ? left : TimeSpan.Zero))
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }
        _others.Clear();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
