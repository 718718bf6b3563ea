using System.CommandLine;
using System.Text.RegularExpressions;

namespace Espalier.Cli.Options;

/// <summary>What Slurm is asked for: a job array, each job with its share of a machine.</summary>
internal sealed partial class SlurmOptionSet
{
    private const string Words = "a name, or several as Slurm writes them, without blanks";

    private readonly Option<string?> _partition = new("--partition") { Description = "Slurm's partition; default: the cluster's." },
        _gpus = new("--gpus") { Description = "GPUs of each job, or of each of its ranks, such as 1 or a100:1; default: none." },
        _memory = new("--mem") { Description = "Memory of each job on each of its machines, such as 16G; default: the cluster's." },
        _time = new("--time") { Description = "The longest that a job may take, such as 4:00:00 or 1-12; it is queued again after that." },
        _account = new("--account") { Description = "The account that pays." },
        _constraint = new("--constraint") { Description = "Features that nodes must have." },
        _quality = new("--qos") { Description = "Slurm's quality of service." },
        _extra = new("--sbatch") { Description = "More options for sbatch, in one text, such as \"--exclude=n7 --nice=100\"." };

    public Option<int> Cpus { get; } = new("--cpus") { Description = "Cores of each job, or of each rank.", DefaultValueFactory = _ => 1 };

    public Option<int> Array { get; } =
        new("--array") { Description = "Jobs side by side; no more than there are stages to do.", DefaultValueFactory = _ => 8 };

    public Option<int?> Ranks { get; } =
        new(RankOption.Name) { Description = "Processes of each job that share every training, started by srun; default: 1." };

    private IEnumerable<Option> All => [_partition, Ranks, _gpus, Cpus, _memory, _time, _account, Array, _constraint, _quality, _extra];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Options.Add(option);
    }

    /// <summary>Whether an option is one of these: none of them changes a number.</summary>
    public static bool Has(string name) => new SlurmOptionSet().All.Any(option => option.Name == name);

    /// <summary>Whether jobs are given GPUs.</summary>
    public bool WantsGpus(ParseResult parsed) => parsed.GetValue(_gpus) is { } gpus && gpus.Split(':')[^1] != "0";

    /// <summary>Options of sbatch, one a line of a script's head.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ranks">Processes of each job.</param>
    /// <exception cref="InputException">One is nothing that Slurm could read.</exception>
    public IReadOnlyList<string> Lines(ParseResult parsed, int ranks = 1)
    {
        if (parsed.GetValue(Cpus) is < 1 or > 4096)
            throw new InputException($"{Counted.Of(parsed.GetValue(Cpus), "core")} ({Cpus.Name}) are impossible; expected 1 to 4096.");
        if (parsed.GetValue(Array) is < 1 or > 100_000)
            throw new InputException($"{Counted.Of(parsed.GetValue(Array), "job")} ({Array.Name}) are impossible; expected 1 to 100000.");
        return
        [
            .. Line(parsed, _partition, "--partition", Name(), Words),
            .. Line(parsed, _account, "--account", Name(), Words),
            .. Line(parsed, _quality, "--qos", Name(), Words),
            .. Line(parsed, _constraint, "--constraint", Features(), "features as Slurm writes them, without blanks"),
            $"--cpus-per-task={parsed.GetValue(Cpus)}",
            .. Line(parsed, _gpus, ranks == 1 ? "--gpus" : "--gpus-per-task", Gpus(), "a number, or a kind and a number, such as a100:1"),
            .. Line(parsed, _memory, "--mem", Memory(), "megabytes, or such as 16G"),
            .. Line(parsed, _time, "--time", Time(), "minutes, or such as 4:00:00 or 1-12"),
            .. Extra(parsed),
        ];
    }

    private List<string> Extra(ParseResult parsed)
    {
        if (parsed.GetValue(_extra) is not { } text)
            return [];
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // One option a line: its value, if it stands beside it, stays there.
        return text.Any(char.IsControl) || words[0][0] != '-'
            ? throw new InputException($"'{text}' of {_extra.Name} is no list of sbatch's options; expected such as \"--exclude=n7\".")
            : words.Aggregate(
                new List<string>(),
                (lines, word) =>
                {
                    if (word[0] == '-')
                        lines.Add(word);
                    else
                        lines[^1] += " " + word;
                    return lines;
                }
            );
    }

    private static IEnumerable<string> Line(ParseResult parsed, Option<string?> option, string name, Regex form, string expected)
    {
        if (parsed.GetValue(option) is not { } value)
            return [];
        return form.IsMatch(value)
            ? [$"{name}={value}"]
            : throw new InputException($"'{value}' of {option.Name} is nothing that Slurm reads; expected {expected}.");
    }

    [GeneratedRegex(@"^[\w.,+@:-]+\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[\w.,+@:&|*()\[\]-]+\z")]
    private static partial Regex Features();

    [GeneratedRegex(@"^([A-Za-z][\w.-]*:)?\d{1,4}\z")]
    private static partial Regex Gpus();

    [GeneratedRegex(@"^\d{1,9}[KMGTkmgt]?\z")]
    private static partial Regex Memory();

    [GeneratedRegex(@"^(\d{1,6}(:\d{1,2}){0,2}|\d{1,4}-\d{1,2}(:\d{1,2}){0,2})\z")]
    private static partial Regex Time();
}
