using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Running;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier status</c>: how a run stands, on whatever machines it runs.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public static Command Create(Output output)
    {
        Argument<string?> run = new("run")
        {
            Description = "Folder of the run; default: the one below runs that was started last.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> store = new("--store") { Description = "The artefact store, if it is no longer where the run left it." };
        Option<bool> watch = new("--watch") { Description = "Look again every ten seconds until the run is over." },
            json = new("--json") { Description = "Print as JSON." };
        var command = new Command(
            "status",
            """
            Say how a run stands: what runs where, what failed and why, how much is left. The store tells, to which every \
            worker writes what it is at; where the run was submitted to Slurm, its queue is asked too.

            Example: espalier status runs/table5
            Example: espalier status runs/table5 --watch
            """
        )
        {
            run,
            store,
            watch,
            json,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                if (parsed.GetValue(json) && parsed.GetValue(watch))
                    throw new InputException($"{watch.Name} is for people, and {json.Name} is printed once; expected one of both.");
                var folder = new RunFolder(parsed.GetValue(run) ?? RunFolder.Latest("runs"));
                while (true)
                {
                    (Grid grid, RunFolder.Start start) = folder.Read();
                    Plan plan = start.PlanOf(grid);
                    RunStatus status = RunStatus.Of(plan, parsed.GetValue(store) ?? Path.Combine(folder.Path, start.Store));
                    Submission? submitted = Submission.Read(folder.Path);
                    IReadOnlyList<Slurm.Job>? jobs = submitted is null ? null : Slurm.Jobs(submitted.Jobs);
                    if (parsed.GetValue(json))
                    {
                        output.Json(
                            new
                            {
                                Run = folder.Path,
                                Status = status,
                                Submitted = submitted,
                                Jobs = jobs,
                            }
                        );
                        return;
                    }
                    if (output.IsStatusLive && parsed.GetValue(watch))
                        output.Console.Clear(home: true);
                    StatusTable.Print(output, folder.Path, status);
                    if (submitted is not null)
                        output.Line(Queue(submitted, jobs));
                    if (!parsed.GetValue(watch) || status.IsOver)
                        return;
                    await Task.Delay(Interval, cancel);
                }
            }
        );
        return command;
    }

    /// <summary>What Slurm says of it, in a line.</summary>
    private static string Queue(Submission submitted, IReadOnlyList<Slurm.Job>? jobs)
    {
        string what = $"Slurm ({string.Join(", ", submitted.Arrays)})";
        if (jobs is null)
            return $"{what} does not answer here.";
        if (jobs.Count == 0)
            return $"{what} has forgotten its jobs: they ended some time ago.";
        IEnumerable<string> states = jobs.GroupBy(job => (job.State, Reason: job.State == "PENDING" ? job.Reason : ""))
            .OrderBy(group => group.Key.State, StringComparer.Ordinal)
            .Select(group =>
                $"{group.Sum(job => job.Count)} {group.Key.State.ToLowerInvariant()}"
                + (group.Key.Reason.Length > 0 ? $" ({group.Key.Reason})" : "")
            );
        return $"{what}: {string.Join(", ", states)}.";
    }
}
