using System.Text;
using Espalier.Lab.Design;
using Espalier.Lab.Engine;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Paper;

namespace Espalier.Reports.Tables;

/// <summary>The tables and sentences of the report as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Of(RunView view, AllTables tables)
    {
        RunDescription run = view.Run;
        var text = new StringBuilder();
        text.Append(
            $"# {Escape(run.Name)}\n\n{Escape(string.Join(", ", run.Models))} on {Escape(run.DataSet)}; seeds "
                + $"{string.Join(", ", run.Seeds.Select(Numbers.Count))}; "
                + $"{Numbers.Count(run.Done)} of {Numbers.Count(run.Stages)} stages "
                + $"finished{(run.IsFinished ? "" : " (under way: this is what there is so far)")}.\n\n"
        );
        text.Append($"    {run.Command.ReplaceLineEndings(" ")}\n\n");
        List(text, "This is not exactly what the paper describes", Comparability.Warnings(view));
        List(text, "Failed stages", [.. run.Failures.Select(failure => $"{failure.Stage}: {failure.Message}")]);
        text.Append("## Summary\n\n");
        if (view.Measured.Count == 0)
            text.Append("No network has been measured yet.\n\n");
        foreach (string model in view.Measured)
        {
            var conclusions = new Conclusions(view, model);
            text.Append(
                view.Rewound(model).Count > 0 ? $"**{Escape(model)}**: {Escape(conclusions.Headline)}\n\n" : $"**{Escape(model)}**\n\n"
            );
            foreach (
                string sentence in conclusions
                    .Claims.Concat(conclusions.Rivals)
                    .Select(verdict => verdict.Sentence)
                    .Concat(conclusions.Remarks)
                    .Concat(StudyFindings.Of(view, model))
            )
                text.Append($"- {Escape(sentence)}\n");
            text.Append('\n');
        }
        foreach (Table table in tables.Pooled)
            Write(text, table);
        if (tables.Accuracy.Count > 0)
            text.Append("## Accuracy\n\n");
        foreach (string model in view.Models)
        {
            text.Append($"{Escape(model)}: {Escape(Comparability.Of(view, model))}\n\n");
            foreach (Table table in tables.Accuracy.Where(t => t.Model == model).Select(t => t.Table))
                Write(text, table);
        }
        foreach (
            (string title, IReadOnlyList<Table> all) in new[]
            {
                ("Paired differences", tables.Differences),
                ("What is taken of the ticket", tables.Tickets),
                ("Masks", [.. tables.Sparsities, .. tables.Densities]),
                ("Between networks", tables.Barriers),
                ("Diversity", tables.Diversity),
                ("Matching", tables.Matching),
                ("Cost", tables.Costs),
            }
        )
        {
            if (all.Count > 0)
                text.Append($"## {title}\n\n");
            foreach (Table table in all)
                Write(text, table);
        }
        List(
            text,
            "Short names",
            [.. view.Methods.Key(view.Results.Cells.Select(cell => cell.Method)).Select(entry => $"{entry.Label}: {entry.Meaning}")]
        );
        if (run.Settings.Count > 0)
            Write(
                text,
                new Table(
                    "options",
                    "Every option in force.",
                    ["option", "value"],
                    1,
                    [.. run.Settings.Select(setting => (IReadOnlyList<Cell>)[setting.Key, setting.Value])]
                )
            );
        return text.Append($"The paper's numbers: {PaperTables.Source}.\n").ToString();
    }

    private static void List(StringBuilder text, string title, IReadOnlyList<string> sentences)
    {
        if (sentences.Count == 0)
            return;
        text.Append($"**{title}**\n\n");
        foreach (string sentence in sentences)
            text.Append($"- {Escape(sentence)}\n");
        text.Append('\n');
    }

    private static void Write(StringBuilder text, Table table)
    {
        text.Append(
            $"{Escape(table.Caption)}\n\n| {string.Join(" | ", table.Columns.Select(Text))} "
                + $"|\n|{string.Concat(table.Columns.Select((_, i) => i < table.Heads ? "---|" : "--:|"))}\n"
        );
        foreach (IReadOnlyList<Cell> row in table.Rows)
            text.Append($"| {string.Join(" | ", row.Select(Text))} |\n");
        text.Append('\n');
    }

    private static string Text(Cell cell) =>
        Escape(cell.Detail is { } detail ? $"{cell.Text} ({detail.Replace("\n", "; ", StringComparison.Ordinal)})" : cell.Text);

    private static string Escape(string text)
    {
        string line = text.ReplaceLineEndings(" ")
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal);
        return string.Concat(line.Select(c => c is '|' or '*' or '_' or '`' or '[' or ']' or '\\' ? "\\" + c : c.ToString()));
    }
}
