using System.Text;

namespace Espalier.Cli.Runs;

/// <summary>The scripts that Slurm runs: the workers', one a job of an array, and the report's, after the last of them.</summary>
/// <param name="name">The run's name.</param>
/// <param name="folder">The run's folder, absolute.</param>
/// <param name="lines">What each worker's job asks sbatch for.</param>
/// <param name="program">This program, and what it is started with, such as dotnet's file.</param>
/// <param name="ranks">Processes of each job, which share its trainings.</param>
internal sealed class SlurmScripts(string name, string folder, IReadOnlyList<string> lines, IReadOnlyList<string> program, int ranks)
{
    /// <summary>How long before its end a job is told: enough to finish a step and write it down.</summary>
    public const int SecondsOfNotice = 120;

    private static string[] OneTask => ["--nodes=1", "--ntasks=1"];

    /// <summary>Ranks may lie on as many machines as Slurm finds room on.</summary>
    private string[] Tasks => ranks == 1 ? OneTask : [$"--ntasks={ranks}"];

    /// <summary>
    /// All ranks end with the first that does badly. Newer versions of srun do not take the cores of a task from the job; signals that it
    /// gets it hands on to all.
    /// </summary>
    private string Launcher => ranks == 1 ? "" : $"srun --ntasks={ranks} --cpus-per-task=\"$SLURM_CPUS_PER_TASK\" --kill-on-bad-exit=1 ";

    /// <summary>The workers' script.</summary>
    /// <param name="arguments">Of <c>espalier work</c>, after the run's folder.</param>
    public string Workers(IReadOnlyList<string> arguments) =>
        $$"""
            {{Head("worker", [.. Tasks, .. lines, "--requeue", "--open-mode=append", $"--signal=B:USR1@{SecondsOfNotice}"], "%A_%a")}}
            # A worker takes stages of the run until all are done. Told that its time is up, it saves what it is at and ends with
            # {{WorkSession.TimeIsUp}}; then the job is queued again, and goes on from there. So it is where the signal itself ended it:
            # it had hardly begun, or had just ended.
            {{Launcher}}{{Command(["work", folder, .. arguments])}} &
            work=$!
            told= timely=
            trap 'told=1 timely=1; echo "Told that the time is nearly up."; kill -USR1 "$work" 2> /dev/null' USR1
            trap 'told=1; echo "Told to end."; kill -TERM "$work" 2> /dev/null' TERM
            wait "$work"
            code=$?
            while [ -n "$told" ]; do
              told=
              wait "$work"
              code=$?
            done
            if [ -n "$timely" ] && { [ "$code" -eq {{WorkSession.TimeIsUp}} ] || [ "$code" -eq 138 ]; }; then
              # One element of an array may have the number of the whole array: it is named as an element.
              scontrol requeue "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}" && sleep 60
            fi
            exit "$code"

            """;

    /// <summary>The report's script.</summary>
    /// <param name="asked">Options of sbatch that say where it may run.</param>
    public string Report(IReadOnlyList<string> asked) =>
        $"""
            {Head("report", [.. OneTask, .. asked, "--cpus-per-task=1", "--open-mode=append"], "%j")}
            exec {Command(["report", folder])}

            """;

    private string Head(string part, IReadOnlyList<string> options, string number)
    {
        var head = new StringBuilder("#!/bin/bash\n");
        string log = Path.Combine(folder, Submission.FolderName, "logs", $"{part}-{number}.log");
        foreach (string option in (string[])[$"--job-name=espalier-{part}-{name}", .. options])
            head.Append($"#SBATCH {option}\n");
        return head.Append($"#SBATCH --output={Escaped(log)}").ToString();
    }

    private string Command(IEnumerable<string> words) => string.Join(' ', program.Concat(words).Select(Quoted));

    /// <summary>A word as a shell takes it, whatever is in it.</summary>
    private static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_' or '=' or ':' or ',')
            ? word
            : $"'{word.Replace("'", @"'\''")}'";

    /// <summary>sbatch takes quotation marks about a value with blanks.</summary>
    private static string Escaped(string path) => path.Contains(' ') ? $"\"{path}\"" : path;
}
