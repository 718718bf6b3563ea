using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Espalier.Cli.Runs;

/// <summary>Slurm's own programs, asked as a user would.</summary>
internal static class Slurm
{
    private const int LargestArrayByDefault = 1001;

    /// <summary>A job as squeue knows it.</summary>
    /// <param name="Id">Such as <c>12_3</c>; <c>12_[4-31]</c> for elements that wait.</param>
    /// <param name="State">Such as RUNNING.</param>
    /// <param name="Reason">Why it waits.</param>
    /// <param name="Node">Where it runs.</param>
    public sealed record Job(string Id, string State, string Reason, string Node)
    {
        /// <summary>Whether it will do something yet, or does.</summary>
        public bool IsOpen =>
            State
                is "PENDING"
                    or "RUNNING"
                    or "SUSPENDED"
                    or "CONFIGURING"
                    or "COMPLETING"
                    or "REQUEUED"
                    or "RESIZING"
                    or "STAGE_OUT"
                    or "SIGNALING"
                    or "STOPPED"
                    or "REQUEUE_HOLD"
                    or "REQUEUE_FED"
                    or "SPECIAL_EXIT";

        /// <summary>Array elements, or one.</summary>
        public int Count
        {
            get
            {
                int open = Id.IndexOf('[', StringComparison.Ordinal);
                if (open < 0)
                    return 1;
                int count = 0;
                foreach (string range in Id[(open + 1)..].TrimEnd(']').Split('%')[0].Split(','))
                {
                    string[] ends = range.Split('-', ':');
                    count +=
                        ends.Length >= 2
                        && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                        && int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
                            ? Math.Max(1, last - first + 1)
                            : 1;
                }
                return count;
            }
        }
    }

    /// <summary>Hands a script in.</summary>
    /// <returns>The job's number.</returns>
    /// <exception cref="InputException">There is no Slurm, or it refuses.</exception>
    public static string Submit(string script, params string[] options)
    {
        (int code, string said, string errors) =
            Run("sbatch", ["--parsable", .. options, script])
            ?? throw new InputException("There is no Slurm here: 'sbatch' is not found; expected a machine from which jobs are submitted.");
        // "123" or "123;cluster", perhaps after a greeting of the cluster's.
        string? id = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault()
            ?.Split(';')[0];
        if (code == 0 && id is { Length: > 0 } && id.All(char.IsAsciiDigit))
            return id;
        throw new InputException($"Slurm refuses the job: {Sentence(errors.Length > 0 ? errors : said)}.");
    }

    /// <summary>Takes jobs back.</summary>
    public static void Cancel(IEnumerable<string> ids) => Run("scancel", [.. ids]);

    /// <summary>The jobs that Slurm still knows of some; null where there is no Slurm, or it does not answer.</summary>
    public static IReadOnlyList<Job>? Jobs(IReadOnlyList<string> ids)
    {
        if (ids.Count == 0)
            return [];
        if (Run("squeue", ["-h", "-t", "all", "-o", "%i|%T|%r|%N", "-j", string.Join(',', ids)]) is not { } answer)
            return null;
        if (answer.Code != 0)
            return answer.Errors.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase) ? [] : null;
        return Parse(answer.Said);
    }

    /// <summary>Reads what squeue printed; a line of another form is passed over.</summary>
    public static IReadOnlyList<Job> Parse(string lines) =>
        [
            .. lines
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => line.Split('|'))
                .Where(fields => fields.Length >= 2 && fields[0].Length > 0 && char.IsAsciiDigit(fields[0][0]))
                .Select(fields => new Job(
                    fields[0],
                    fields[1].ToUpperInvariant(),
                    fields.ElementAtOrDefault(2) ?? "",
                    fields.ElementAtOrDefault(3) ?? ""
                )),
        ];

    /// <summary>Elements that an array may have: indices end before it.</summary>
    public static int LargestArray()
    {
        string? line = Run("scontrol", ["show", "config"])
            ?.Said.Split('\n')
            .FirstOrDefault(text => text.StartsWith("MaxArraySize", StringComparison.Ordinal));
        return int.TryParse(line?.Split('=')[^1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int most) && most > 0
            ? most
            : LargestArrayByDefault;
    }

    private static string Sentence(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("sbatch: error: ", "").TrimEnd('.');

    private static (int Code, string Said, string Errors)? Run(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, said, errors.Result);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
