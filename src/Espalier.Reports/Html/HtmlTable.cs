using System.Globalization;
using Espalier.Reports.Tables;

namespace Espalier.Reports.Html;

/// <summary>
/// Writes tables as HTML: a caption, scopes, and one body for each value of the first column where two columns name the rows.
/// </summary>
internal static class HtmlTable
{
    private const int Wide = 9,
        LongName = 24;

    public static void Write(HtmlWriter html, Table table) =>
        html.Element(
            "section",
            () =>
                html.Element(
                    "table",
                    () =>
                    {
                        html.Element("caption", table.Caption);
                        html.Element(
                            "thead",
                            () =>
                                html.Element(
                                    "tr",
                                    () =>
                                    {
                                        foreach (int i in Enumerable.Range(0, table.Columns.Count))
                                            html.Element(
                                                "th",
                                                () => Content(html, table.Columns[i]),
                                                ("scope", "col"),
                                                ("class", HeadClass(table.Columns[i], i < table.Heads))
                                            );
                                    }
                                )
                        );
                        bool grouped = table.Heads > 1;
                        if (!grouped)
                            html.Element("tbody", () => Rows(html, table, [.. table.Rows], grouped));
                        else
                            foreach (var group in Groups(table.Rows))
                                html.Element("tbody", () => Rows(html, table, group, grouped));
                    },
                    ("id", table.Id),
                    ("class", table.Columns.Count > Wide ? "wide" : null)
                ),
            ("class", "scroll"),
            ("tabindex", "0"),
            ("aria-label", "Table: " + table.Caption.Split([':', ';', ','])[0] + ", " + table.Id)
        );

    private static void Rows(HtmlWriter html, Table table, List<IReadOnlyList<Cell>> rows, bool grouped)
    {
        for (int r = 0; r < rows.Count; r++)
        {
            IReadOnlyList<Cell> row = rows[r];
            html.Element(
                "tr",
                () =>
                {
                    for (int column = grouped && r > 0 ? 1 : 0; column < row.Count; column++)
                    {
                        int i = column;
                        if (i == 0 && grouped)
                            html.Element(
                                "th",
                                row[i].Text,
                                ("scope", "rowgroup"),
                                ("class", "head"),
                                ("rowspan", rows.Count > 1 ? rows.Count.ToString(CultureInfo.InvariantCulture) : null)
                            );
                        else if (i < table.Heads)
                            html.Element("th", () => Content(html, row[i]), ("scope", "row"), ("class", HeadClass(row[i], atLeft: true)));
                        else
                            Write(html, row[i]);
                    }
                }
            );
        }
    }

    private static void Write(HtmlWriter html, Cell cell) =>
        html.Element("td", () => Content(html, cell), ("class", cell.Tone == Tone.Plain ? null : cell.Tone.ToString().ToLowerInvariant()));

    /// <summary>Long names of rows and columns may go over several lines, so that numbers are not pushed off the page.</summary>
    private static string? HeadClass(Cell head, bool atLeft) =>
        (atLeft, head.Text.Length > LongName) switch
        {
            (true, true) => "head long",
            (true, _) => "head",
            (_, true) => "long",
            _ => null,
        };

    private static void Content(HtmlWriter html, Cell cell)
    {
        html.Text(cell.Text);
        foreach (string line in cell.Detail?.Split('\n') ?? [])
            html.Element("small", line);
    }

    private static IEnumerable<List<IReadOnlyList<Cell>>> Groups(IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        var group = new List<IReadOnlyList<Cell>>();
        foreach (IReadOnlyList<Cell> row in rows)
        {
            if (group.Count > 0 && group[0][0].Text != row[0].Text)
            {
                yield return group;
                group = [];
            }
            group.Add(row);
        }
        if (group.Count > 0)
            yield return group;
    }
}
