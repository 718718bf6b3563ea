namespace Espalier.Reports.Tables;

/// <summary>What a cell is meant to say besides its text.</summary>
internal enum Tone
{
    Plain,
    Above,
    Below,
    Faint,
}

/// <summary>One cell.</summary>
/// <param name="Text">Its number or words.</param>
/// <param name="Detail">Smaller lines below: the paper's number, an interval.</param>
/// <param name="Tone">Shown by colour, and by the text itself.</param>
internal readonly record struct Cell(string Text, string? Detail = null, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>A table, before it becomes HTML or Markdown.</summary>
/// <param name="Id">Anchor.</param>
/// <param name="Caption">What it shows and in which units.</param>
/// <param name="Columns">Heads of all columns.</param>
/// <param name="Heads">How many columns at the left name the row; equal neighbours in the first are shown once.</param>
/// <param name="Rows">Cells of each row.</param>
internal sealed record Table(string Id, string Caption, IReadOnlyList<Cell> Columns, int Heads, IReadOnlyList<IReadOnlyList<Cell>> Rows)
{
    /// <summary>The same without columns that have nothing to say in any row; those that name the rows stay.</summary>
    public Table Told()
    {
        int[] told =
        [
            .. Enumerable
                .Range(0, Columns.Count)
                .Where(i => i < Heads || Rows.Any(row => row[i].Text != Numbers.None || row[i].Detail != null)),
        ];
        return told.Length == Columns.Count
            ? this
            : this with
            {
                Columns = [.. told.Select(i => Columns[i])],
                Rows = [.. Rows.Select(row => (IReadOnlyList<Cell>)[.. told.Select(i => row[i])])],
            };
    }
}
