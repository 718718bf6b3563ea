using System.Text;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Costs;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Espalier.Lab.Findings;
using Spectre.Console;
using Grid = Espalier.Lab.Design.Grid;

namespace Espalier.Cli.Terminal;

/// <summary>A plan as a tree for people, and as a graph for Graphviz.</summary>
internal static class PlanPicture
{
    public static void Print(Output output, Grid grid, Plan plan, PlanSummary summary)
    {
        IReadOnlyList<KindCost> released = ReleasedCosts.Of(grid, plan);
        long theirs = released.Where(cost => cost.Kind != "sparse").Sum(cost => cost.Epochs),
            same = ReleasedCosts.Comparable(plan).Where(stage => stage.Kind != "sparse").Sum(stage => (long)stage.Epochs);
        long preparation = summary.EpochsByKind["dense"] + summary.EpochsByKind["prune"];
        IEnumerable<string> models = plan.Cells.Select(cell => cell.Model).Concat(plan.Studies.Select(study => study.Model)).Distinct();
        var tree = new Tree(
            Escape(
                $"{grid.Name}: {Counted.Of(summary.Cells, "cell")} from {Counted.Of(summary.Stages, "stage")}, {summary.Done} of "
                    + $"them done; {Counted.Of(grid.Seeds.Count, "seed")}, {string.Join(", ", models)} on {grid.DataSet}"
            )
        );
        foreach (PlannedKind kind in plan.Kinds)
        {
            TreeNode node = tree.AddNode(
                Escape(
                    $"{kind.Kind}: {Counted.Of(kind.Stages, "stage")}, {Counted.Of(kind.Epochs, "epoch")}, {kind.Flops:0.0e+0} "
                        + $"operations, {Size(kind.Bytes)}; {summary.DoneByKind[kind.Kind]} done"
                )
            );
            // The first seed shows the shape of all.
            foreach (
                IGrouping<string, Stage> group in plan
                    .Stages.Where(stage =>
                        stage.Kind == kind.Kind && stage.Title.EndsWith($"seed {grid.Seeds[0]}", StringComparison.Ordinal)
                    )
                    .GroupBy(FirstWord)
            )
                node.AddNode(
                    Escape(
                        group.Count() == 1 ? group.First().Title : $"{group.Key}: {group.Count()} a seed, such as '{group.Last().Title}'"
                    )
                );
        }
        output.WriteWhole(tree);
        string compared =
            released.Count == 0
                ? ""
                : $" ({(same == preparation ? "" : $"{same} for LTH, naive and permuted; ")}the released code, which shares "
                    + $"nothing: {theirs})";
        output.Line(
            $"Preparation: {Counted.Of(preparation, "epoch")}{compared}; sparse training: "
                + $"{Counted.Of(summary.EpochsByKind["sparse"], "epoch")}."
        );
        output.Line(
            $"Left to do: {Counted.Of(summary.EpochsToDo, "epoch")}, {summary.FlopsToDo:0.0e+0} operations; disk in all "
                + $"about {Size(summary.DiskBytes)}."
        );
        if (summary.LeftAlone > 0)
            output.Line($"Left alone, since they failed before or need what did: {Counted.Of(summary.LeftAlone, "stage")}.");
        output.Line(
            summary is { EstimatedSeconds: { } time, EstimatedOn: { } card }
                ? $"About {Durations.Text(time)} on {card}. Matching and studies are taken to be as fast as training."
            : summary.EstimatedSeconds is { } seconds
                ? $"Here about {Durations.Text(seconds)}, {Counted.Of(summary.Workers ?? 0, "worker")} of "
                    + $"{Counted.Of(summary.Threads ?? 0, "thread")} (measured)."
            : $"How long that takes here: --measure; on a card: --device {string.Join('|', CardRates.Known.Select(known => known.Name))}."
        );
    }

    public static string Dot(Plan plan, Func<Stage, bool> isDone)
    {
        var text = new StringBuilder(
            "digraph plan {\n  rankdir=LR; node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n"
        );
        foreach (Stage stage in plan.Stages)
        {
            text.Append(
                $"  \"{stage.Id}\" [label=\"{stage.Title}{(stage.Epochs > 0 ? $"\\n{Counted.Of(stage.Epochs, "epoch")}" : "")}\", "
                    + $"fillcolor=\"{(isDone(stage) ? "#cfe8cf" : "white")}\"];\n"
            );
            foreach (Stage input in stage.Inputs.DistinctBy(input => input.Id))
                text.Append($"  \"{input.Id}\" -> \"{stage.Id}\";\n");
        }
        return text.Append('}').ToString();
    }

    internal static string Size(double bytes) =>
        bytes < 1e6 ? $"{bytes / 1e3:0} kB"
        : bytes < 1e9 ? $"{bytes / 1e6:0} MB"
        : $"{bytes / 1e9:0.0} GB";

    private static string FirstWord(Stage stage) => stage.Title.Split(' ')[0];

    private static string Escape(string text) => Markup.Escape(text);
}
