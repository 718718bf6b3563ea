using System.Diagnostics;
using System.Text;
using Espalier.Collectives;

namespace Espalier.Cli.Runs;

/// <summary>One rank that this process started, and what it says, which nobody else hears.</summary>
internal sealed class StartedRank : IDisposable
{
    private const int KeptText = 20_000;
    private const string Error = "error: ";

    private readonly RankPlace _place;
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    /// <param name="place">What it is told of itself.</param>
    /// <param name="words">The command line.</param>
    public StartedRank(RankPlace place, IReadOnlyList<string> words)
    {
        _place = place;
        ProcessStartInfo start = WorkerProcess.Program();
        foreach (string word in words)
            start.ArgumentList.Add(word);
        start.Environment[RankPlace.Variable] = $"{place}";
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        _process = Process.Start(start) ?? throw new InvalidOperationException("no process was started");
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_said)
                if (_said.Length < KeptText)
                    _said.AppendLine(line.Data);
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    /// <summary>Refuses to wait for it once it has ended.</summary>
    /// <exception cref="BrokenRanksException">It has: the message is its own where it said something.</exception>
    public void MustBeThere()
    {
        if (!_process.HasExited)
            return;
        _process.WaitForExit(); // for the rest of what it says
        string text;
        lock (_said)
            text = _said.ToString().Trim();
        string sentence = text[(text.IndexOf(Error, StringComparison.Ordinal) is var at && at < 0 ? 0 : at + Error.Length)..];
        string ended = $"Rank {_place.Rank} of {_place.Size} (process {_process.Id}) ended with exit code {_process.ExitCode}.";
        throw new BrokenRanksException(sentence.Length > 0 ? sentence : ended);
    }

    /// <summary>Waits for its end, for so long; then ends it.</summary>
    public void End(TimeSpan patience)
    {
        if (!_process.WaitForExit(patience > TimeSpan.Zero ? patience : TimeSpan.Zero))
            _process.Kill(entireProcessTree: true);
    }

    public void Dispose() => _process.Dispose();
}
