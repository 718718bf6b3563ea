using Spectre.Console;

namespace Espalier.Cli.Terminal;

/// <summary>
/// Rows under heads. Where the terminal is wide enough they are a table, each cell on one line; where it is not, a list with one record a
/// row, so that no value is ever cut or broken. In a pipe nothing is too wide.
/// </summary>
internal static class TextTable
{
    private const int Padding = 2,
        Gap = 2;

    /// <param name="output">Where to.</param>
    /// <param name="heads">One a column.</param>
    /// <param name="rows">Each as long as the heads.</param>
    /// <param name="right">Whether cells stand at the right: numbers.</param>
    public static void Print(Output output, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows, bool right = false)
    {
        string[][] all = [.. rows.Select(row => row.Select(OneLine).ToArray())];
        int[] widths = [.. heads.Select((head, i) => all.Select(row => row[i].Length).Append(head.Length).Max())];
        int width = widths.Sum(cell => cell + Padding) + heads.Count + 1;
        if (width <= output.Console.Profile.Width)
            Table(output, heads, all, right);
        else
            List(output, heads, all);
    }

    private static void Table(Output output, IReadOnlyList<string> heads, string[][] rows, bool right)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (string head in heads)
        {
            TableColumn column = new TableColumn(Markup.Escape(head)).NoWrap();
            table.AddColumn(right ? column.RightAligned() : column);
        }
        foreach (string[] row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        output.Console.Write(table);
    }

    /// <summary>A value that does not fit beside its head stands below it, whole.</summary>
    private static void List(Output output, IReadOnlyList<string> heads, string[][] rows)
    {
        int left = heads.Max(head => head.Length) + Gap;
        foreach (string[] row in rows)
        {
            for (int i = 0; i < heads.Count; i++)
                if (left + row[i].Length <= output.Console.Profile.Width)
                    output.Line($"{heads[i].PadRight(left)}{row[i]}".TrimEnd());
                else
                {
                    output.Line(heads[i]);
                    output.Line($"{new string(' ', Gap)}{row[i]}");
                }
            output.Line();
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
