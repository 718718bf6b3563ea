using System.CommandLine;
using System.Globalization;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Files;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Training;

namespace Espalier.Cli.Runs;

/// <summary>Writes a run's folder with the scripts that do it on a cluster, and hands them to Slurm.</summary>
internal sealed class SubmitRun(Output output, SlurmOptionSet slurm, RunnerOptionSet options, ParseResult parsed)
{
    private static readonly string[] s_places = ["--partition", "--account", "--qos"];

    /// <summary>Trainings side by side in each job.</summary>
    public required int Workers { get; init; }

    /// <summary>Whether jobs may be added to those that are there.</summary>
    public required bool Joins { get; init; }

    private int Ranks => RankOption.Read(parsed, slurm.Ranks) ?? 1;

    private string Store => Path.GetFullPath(parsed.GetValue(options.Store)!);

    /// <summary>Prints the scripts; writes nothing.</summary>
    public void Show(Prepared run)
    {
        SlurmScripts scripts = Scripts(run);
        string workers = WorkersText(scripts, run); // refuses what is impossible before anything is printed
        output.Line($"# {WorkersFile(run)}: sbatch --array=0-{Jobs(run) - 1} ...");
        output.Line(workers);
        output.Line($"# {ReportFile(run)}: sbatch --dependency=afterany:... ...");
        output.Line(ReportText(scripts));
    }

    /// <summary>Submits.</summary>
    /// <exception cref="InputException">It is submitted already, or Slurm refuses.</exception>
    public void Run(Prepared run)
    {
        SlurmScripts scripts = Scripts(run);
        string workers = WorkersText(scripts, run),
            report = ReportText(scripts);
        using FolderLock place = FolderLock.Take(run.Folder.Path);
        Submission? before = Submission.Read(run.Folder.Path);
        bool isOpen = before is not null && MustNotRun(before, run);
        if (run.Folder.IsOfAnother(run.Grid, run.Only))
            output.Note($"'{run.Folder.Path}' held the run of another grid; it is kept in '{run.Folder.SetAside().Path}'");
        var store = new ArtefactStore(Store);
        store.Prepare();
        int jobs = Jobs(run);
        run.Folder.Write(
            run.Grid,
            new RunFolder.Start(
                Path.GetRelativePath(Path.GetFullPath(run.Folder.Path), store.Folder),
                run.Only,
                run.Command,
                Workers,
                Threads()
            )
            {
                Ranks = Ranks > 1 ? Ranks : null,
            }
        );
        if (!isOpen && !parsed.GetValue(options.KeepFailed))
            foreach (Stage stage in run.Plan.Stages)
                FailureLog.Clear(store, stage);
        Directory.CreateDirectory(Path.Combine(run.Folder.Path, Submission.FolderName, "logs"));
        AtomicFile.WriteText(WorkersFile(run), workers);
        AtomicFile.WriteText(ReportFile(run), report);
        Submission now = Submitted(run, isOpen ? before! : new Submission(default, [], null, 0), jobs);
        if (parsed.GetValue(options.Json))
        {
            output.Json(now);
            return;
        }
        output.Line(
            $"{Counted.Of(jobs, "job")} submitted ({string.Join(", ", now.Arrays)}), and {now.Report} for the report:"
                + $" {Path.Combine(run.Folder.Path, "report.html")}. How it stands: espalier status {run.Folder.Path}"
        );
    }

    /// <summary>Hands the arrays in, and after them the report; what cannot be handed in whole is taken back.</summary>
    private static Submission Submitted(Prepared run, Submission before, int jobs)
    {
        var arrays = new List<string>();
        string? report = null;
        try
        {
            int most = Slurm.LargestArray();
            for (int left = jobs; left > 0; left -= most)
                arrays.Add(Slurm.Submit(WorkersFile(run), $"--array=0-{Math.Min(left, most) - 1}"));
            string[] all = [.. before.Arrays, .. arrays];
            report = Slurm.Submit(ReportFile(run), $"--dependency=afterany:{string.Join(':', all)}");
            var now = new Submission(TimeProvider.System.GetUtcNow(), all, report, before.Workers + jobs);
            now.Write(run.Folder.Path);
            if (before.Report is { } earlier)
                Slurm.Cancel([earlier]); // it would write the report before the jobs of today are done
            return now;
        }
        catch (InputException)
        {
            if (arrays.Count > 0)
                Slurm.Cancel(report is null ? arrays : [.. arrays, report]);
            throw;
        }
    }

    /// <summary>Refuses a second submission while the first is under way, unless it is to be joined.</summary>
    /// <returns>Whether the first is under way.</returns>
    private bool MustNotRun(Submission before, Prepared run)
    {
        Slurm.Job[] open = [.. (Slurm.Jobs(before.Jobs) ?? []).Where(job => job.IsOpen)];
        if (open.Length == 0)
            return false;
        string when = before.Submitted.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        if (run.Folder.IsOfAnother(run.Grid, run.Only))
            throw new InputException(
                $"In '{run.Folder.Path}' the run of another grid is under way, submitted as job {before.Arrays[0]} on {when};"
                    + " choose another --out, or take that one back with scancel."
            );
        if (Joins)
            return true;
        int waiting = open.Sum(job => job.Count);
        throw new InputException(
            $"The run in '{run.Folder.Path}' is submitted already, as {string.Join(", ", before.Arrays)} on {when}, and"
                + $" {Counted.Of(waiting, "job")} of it {(waiting == 1 ? "waits or runs" : "wait or run")};"
                + $" add jobs to it with --join, or take it back with scancel {string.Join(' ', before.Jobs)}."
        );
    }

    /// <summary>As many as were asked for, and no more than there are stages to do.</summary>
    private int Jobs(Prepared run)
    {
        var states = StageStates.Of(run.Plan, Store, parsed.GetValue(options.KeepFailed));
        int open = run.Plan.Stages.Count(stage => !states.IsDone(stage));
        return Math.Clamp((open + Workers - 1) / Workers, 1, parsed.GetValue(slurm.Array));
    }

    private SlurmScripts Scripts(Prepared run)
    {
        _ = ProcessCount.Possible(Workers, "worker", options.Workers.Name);
        if (Workers > 1 && Ranks > 1)
            throw new InputException($"--workers {Workers} was asked for, and the {Ranks} ranks of a job are one worker; expected 1.");
        RunSession.MustSuit(run.Grid, run.Plan, Store, parsed.GetValue(options.Data));
        string folder = Path.GetFullPath(run.Folder.Path);
        if (folder.Any(letter => char.IsControl(letter) || letter is '"' or '%' or '\\'))
            throw new InputException($"'{folder}' cannot be named in a script for Slurm; choose an --out without such characters.");
        System.Diagnostics.ProcessStartInfo program = WorkerProcess.Program();
        string name = string.Concat(Path.GetFileName(folder).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        return new SlurmScripts(name, folder, slurm.Lines(parsed, Ranks), [program.FileName, .. program.ArgumentList], Ranks);
    }

    private string WorkersText(SlurmScripts scripts, Prepared run)
    {
        List<string> words = ["--workers", $"{Workers}", "--threads", $"{Threads()}", "--device", options.Devices.Named(parsed, Gpus())];
        foreach (Option<bool> option in (Option<bool>[])[options.Devices.Tf32, options.Devices.Deterministic, options.Devices.Graphs])
            if (Given.Is(parsed, option))
                words.AddRange([option.Name, $"{parsed.GetValue(option)}"]);
        if (parsed.GetValue(options.Data) is { } data)
            words.AddRange(["--data", Path.GetFullPath(data)]);
        if (run.Images is { } images)
            words.AddRange(["--images", OwnImageOptionSet.At(images.Name, Path.GetFullPath)]);
        if (run.Images?.MostInMemory is { } bytes)
            words.AddRange([OwnImageOptionSet.MemoryName, $"{bytes}"]);
        if (Ranks > 1)
            words.AddRange([RankOption.Name, $"{Ranks}"]); // as many as srun starts, or it says so
        if (parsed.GetValue(options.SaveEvery) is { } every && every != MidEpochSaves.Usual)
            words.AddRange([Times.SaveEveryName, Times.Text(every)]);
        words.AddRange(["--quiet", LibtorchOption.Name, LibtorchOption.Current]);
        return scripts.Workers(words);
    }

    private string ReportText(SlurmScripts scripts) =>
        scripts.Report([.. slurm.Lines(parsed).Where(line => s_places.Contains(line.Split('=')[0]))]);

    private bool Gpus() => slurm.WantsGpus(parsed);

    /// <summary>Threads of a training: those asked for, or its share of the job's cores.</summary>
    private int Threads() =>
        ProcessCount.Possible(parsed.GetValue(options.Threads), "thread", options.Threads.Name)
        ?? Math.Max(1, parsed.GetValue(slurm.Cpus) / Workers);

    private static string WorkersFile(Prepared run) => FileOf(run, "workers.sbatch");

    private static string ReportFile(Prepared run) => FileOf(run, "report.sbatch");

    private static string FileOf(Prepared run, string name) => Path.Combine(Path.GetFullPath(run.Folder.Path), Submission.FolderName, name);
}
