using System.Text;

namespace Espalier.Reports;

/// <summary>Lines of comma-separated values.</summary>
internal static class Csv
{
    /// <summary>Adds a line, quoting what needs it.</summary>
    public static void Line(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Quote)).Append('\n');

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
