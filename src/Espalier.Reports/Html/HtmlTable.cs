using System.Globalization;
using Espalier.Reports.Tables;

namespace Espalier.Reports.Html;

/// <summary>Writes tables as HTML: a caption, scopes, and one body for each value of the first column where two columns name the rows.</summary>
internal static class HtmlTable
{
    public static void Write(HtmlWriter html, Table table) => html.Element("div", () => html.Element("table", () =>
    {
        html.Element("caption", table.Caption);
        html.Element("thead", () => html.Element("tr", () =>
        {
            for (int i = 0; i < table.Columns.Count; i++) html.Element("th", table.Columns[i], ("scope", "col"), ("class", i < table.Heads ? "head" : null));
        }));
        bool grouped = table.Heads > 1;
        if (!grouped) html.Element("tbody", () => Rows(html, table, [.. table.Rows], grouped));
        else
            foreach (var group in Groups(table.Rows)) html.Element("tbody", () => Rows(html, table, group, grouped));
    }, ("id", table.Id)), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Table: " + table.Caption.Split([':', ';', ','])[0] + ", " + table.Id));

    private static void Rows(HtmlWriter html, Table table, List<IReadOnlyList<Cell>> rows, bool grouped)
    {
        for (int r = 0; r < rows.Count; r++)
        {
            IReadOnlyList<Cell> row = rows[r];
            html.Element("tr", () =>
            {
                for (int i = grouped && r > 0 ? 1 : 0; i < row.Count; i++)
                    if (i == 0 && grouped) html.Element("th", row[i].Text, ("scope", "rowgroup"), ("class", "head"), ("rowspan", rows.Count > 1 ? rows.Count.ToString(CultureInfo.InvariantCulture) : null));
                    else if (i < table.Heads) html.Element("th", row[i].Text, ("scope", "row"), ("class", "head"));
                    else Write(html, row[i]);
            });
        }
    }

    private static void Write(HtmlWriter html, Cell cell) => html.Element("td", () =>
    {
        html.Text(cell.Text);
        if (cell.Detail is { } detail) html.Element("small", detail);
    }, ("class", cell.Tone == Tone.Plain ? null : cell.Tone.ToString().ToLowerInvariant()));

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
        if (group.Count > 0) yield return group;
    }
}
