using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Store;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier store</c>: looks into an artefact store and takes care of it.</summary>
internal static class StoreCommand
{
    /// <summary>Kinds of stages, in the order in which runs come to them.</summary>
    private static readonly string[] s_kinds = ["dense", "prune", "match", "sparse", "evaluate", "barrier", "plane", "ensemble", "soup"];

    private static readonly string[] s_heads = ["id", "kind", "stage", "size", "time", "test accuracy"];

    public static Command Create(Output output) =>
        new("store", "Look into an artefact store, verify it, remove what nobody needs.") { List(output), Verify(output), Collect(output) };

    private static Option<string> Place() =>
        new("--store") { Description = "Folder of the artefact store.", DefaultValueFactory = _ => RunnerOptionSet.DefaultStore };

    private static ArtefactStore Open(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"There is no artefact store '{folder}'; name one with --store.");
        var store = new ArtefactStore(folder);
        store.MustBeThere();
        return store;
    }

    private static Command List(Output output)
    {
        Option<string> store = Place();
        Option<string?> kind = new("--kind") { Description = $"Only this kind: {string.Join(", ", s_kinds)}." },
            text = new("--find") { Description = "Only stages with this in their title or id." };
        kind.AcceptOnlyFromAmong(s_kinds);
        Option<int> limit = new("--limit") { Description = "At most so many, the latest first.", DefaultValueFactory = _ => 20 };
        Option<bool> json = new("--json") { Description = "Print as JSON." };
        var command = new Command(
            "list",
            """
            List finished stages, and what all of them take.

            Example: espalier store list --kind sparse --find "permuted 95%" --limit 5
            """
        )
        {
            store,
            kind,
            text,
            limit,
            json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(limit) < 1)
                throw new InputException($"A --limit of {parsed.GetValue(limit)} lists nothing; expected at least 1.");
            using var index = new StoreIndex(Open(parsed.GetValue(store)!));
            if (index.Remark is { } remark)
                output.Err.WriteLine($"note: {remark}");
            IReadOnlyList<IndexedStage> found = index.Find(parsed.GetValue(kind), parsed.GetValue(text), parsed.GetValue(limit));
            if (parsed.GetValue(json))
            {
                output.Json(
                    found.Select(stage => new
                    {
                        stage.Id,
                        stage.Kind,
                        stage.Title,
                        stage.Bytes,
                        stage.Seconds,
                        stage.Epochs,
                        TestAccuracyPercent = double.IsNaN(stage.TestAccuracyPercent) ? (double?)null : stage.TestAccuracyPercent,
                        stage.Ended,
                    })
                );
                return;
            }
            TextTable.Print(
                output,
                s_heads,
                found.Select(stage =>
                    (string[])
                        [
                            stage.Id[..12],
                            stage.Kind,
                            stage.Title,
                            PlanPicture.Size(stage.Bytes),
                            Durations.Text(stage.Seconds),
                            double.IsNaN(stage.TestAccuracyPercent) ? "-" : $"{stage.TestAccuracyPercent:0.00}",
                        ]
                )
            );
            foreach ((string name, long stages, long bytes, double seconds) in index.Totals())
                output.Line($"{name}: {Counted.Of(stages, "stage")}, {PlanPicture.Size(bytes)}, {Durations.Text(seconds)} computed");
        });
        return command;
    }

    private static Command Verify(Output output)
    {
        Option<string> store = Place();
        Option<bool> quiet = new("--quiet") { Description = "No progress." };
        var command = new Command(
            "verify",
            """
            Read every file of every artefact and compare its checksum. A run makes damaged artefacts again when it meets them.

            Example: espalier store verify
            """
        )
        {
            store,
            quiet,
        };
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(
                    () =>
                    {
                        ArtefactStore artefacts = Open(parsed.GetValue(store)!);
                        IReadOnlyList<StoreFault> faults;
                        using (var line = new ProgressLine(output, parsed.GetValue(quiet)))
                            faults = StoreCare.Verify(artefacts, new Relay<double>(share => line.Show(share, "verifying")), cancel);
                        foreach (StoreFault fault in faults)
                            output.Line($"{fault.Place}: {fault.Problem}");
                        int damaged = faults.Count(fault => !fault.IsForeign);
                        output.Line($"{Counted.Of(artefacts.Folders().Count(), "artefact")}, {damaged} damaged.");
                        return damaged == 0 ? 0 : 2;
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static Command Collect(Output output)
    {
        Option<string> store = Place();
        Argument<string[]> runs = new("runs") { Description = "Folders of runs whose stages are kept.", Arity = ArgumentArity.OneOrMore };
        runs.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !string.IsNullOrWhiteSpace(token.Value) && !Directory.Exists(token.Value)))
                result.AddError($"'{token.Value}' is no folder of a run");
        });
        Option<bool> really = new("--yes") { Description = "Remove them; otherwise they are only listed." };
        var command = new Command(
            "gc",
            """
            Remove artefacts that none of the given runs needs, nor any run under way, damaged ones, and work that was given up.

            Example: espalier store gc runs/table5 runs/my-grid --yes
            """
        )
        {
            runs,
            store,
            really,
        };
        command.SetAction(parsed =>
        {
            ArtefactStore artefacts = Open(parsed.GetValue(store)!);
            HashSet<string> needed =
            [
                .. parsed.GetValue(runs)!.SelectMany(run => Planner.Of(new RunFolder(run).Read().Grid).Stages).Select(stage => stage.Id),
            ];
            bool remove = parsed.GetValue(really);
            IReadOnlyList<(string Folder, long Bytes)> garbage = remove
                ? StoreCare.Remove(artefacts, needed)
                : StoreCare.Garbage(artefacts, needed);
            foreach ((string folder, _) in garbage.Where(_ => !remove))
                output.Line(Path.GetRelativePath(artefacts.Folder, folder));
            output.Line(
                $"{Counted.Of(garbage.Count, "folder")}, "
                    + $"{PlanPicture.Size(garbage.Sum(entry => entry.Bytes))}{(remove ? " removed" : "; --yes removes them")}."
            );
        });
        return command;
    }
}
