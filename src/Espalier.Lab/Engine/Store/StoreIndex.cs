using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Espalier.Lab.Engine.Store;

/// <summary>
/// A table of all finished stages, to be searched without opening their folders. The folders stay the truth: it can be deleted, and is made
/// again. It is read as a whole, brought up to date in memory, and replaced as a whole, so that any number of machines may use it at once.
/// </summary>
public sealed class StoreIndex : IDisposable
{
    private readonly ArtefactStore _store;
    private readonly IndexTable _table;

    /// <summary>Opens the index of a store and brings it up to date with the folders.</summary>
    /// <exception cref="InputException">The store's folders cannot be read.</exception>
    public StoreIndex(ArtefactStore store)
    {
        _store = store;
        var file = new IndexFile(Path.Combine(store.Folder, "index.sqlite"));
        (byte[]? database, string? remark) = file.Read();
        _table = new IndexTable(database);
        try
        {
            bool isNew = Refresh() || database is null;
            Remark = (isNew ? WhyNotKept(file) : null) ?? remark;
        }
        catch
        {
            _table.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What there is to say of it in one sentence: it was damaged, or cannot be kept in the store. None if all is well; what it lists is
    /// right either way.
    /// </summary>
    public string? Remark { get; }

    /// <summary>Stages whose kind and title fit, the latest first.</summary>
    /// <param name="kind">A kind; null for all.</param>
    /// <param name="text">Part of the title or of the id; null for all.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<IndexedStage> Find(string? kind = null, string? text = null, int limit = int.MaxValue)
    {
        using SqliteCommand command = _table.Command(
            """
            SELECT id, kind, title, bytes, seconds, epochs, accuracy, ended FROM stages
            WHERE ($kind IS NULL OR kind = $kind) AND ($text IS NULL OR instr(title, $text) OR instr(id, $text))
            ORDER BY ended DESC, id LIMIT $limit
            """,
            ("$kind", kind),
            ("$text", text),
            ("$limit", limit)
        );
        using SqliteDataReader row = command.ExecuteReader();
        var found = new List<IndexedStage>();
        while (row.Read())
            found.Add(
                new IndexedStage(
                    row.GetString(0),
                    row.GetString(1),
                    row.GetString(2),
                    row.GetInt64(3),
                    row.GetDouble(4),
                    row.GetInt32(5),
                    row.IsDBNull(6) ? double.NaN : row.GetDouble(6),
                    DateTimeOffset.Parse(row.GetString(7), CultureInfo.InvariantCulture)
                )
            );
        return found;
    }

    /// <summary>Number and bytes of all stages, by kind.</summary>
    public IReadOnlyList<(string Kind, long Stages, long Bytes, double Seconds)> Totals()
    {
        using SqliteCommand command = _table.Command(
            "SELECT kind, count(*), sum(bytes), sum(seconds) FROM stages GROUP BY kind ORDER BY kind"
        );
        using SqliteDataReader row = command.ExecuteReader();
        var totals = new List<(string, long, long, double)>();
        while (row.Read())
            totals.Add((row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetDouble(3)));
        return totals;
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    /// <summary>Adds folders that came, forgets those that went.</summary>
    /// <returns>Whether there were any.</returns>
    private bool Refresh()
    {
        HashSet<string> known = [.. Find().Select(stage => stage.Id)];
        bool isChanged = false;
        using SqliteTransaction transaction = _table.Begin();
        foreach ((string kind, string id) in _store.Folders())
            if (!known.Remove(id) && Manifest.TryRead(Path.Combine(_store.FolderOf(kind, id), Manifest.FileName)) is { } manifest)
            {
                Add(manifest);
                isChanged = true;
            }
        foreach (string gone in known)
            using (SqliteCommand command = _table.Command("DELETE FROM stages WHERE id = $id", ("$id", gone)))
                command.ExecuteNonQuery();
        transaction.Commit();
        return isChanged || known.Count > 0;
    }

    private string? WhyNotKept(IndexFile file)
    {
        try
        {
            file.Write(_table.ToDatabase());
            return null;
        }
        catch (InputException fault)
        {
            return $"The index is not kept: {fault.Message.TrimEnd('.')}.";
        }
    }

    private void Add(Manifest manifest)
    {
        double accuracy = manifest.Numbers.GetValueOrDefault("test_accuracy_percent", double.NaN);
        using SqliteCommand command = _table.Command(
            "INSERT OR REPLACE INTO stages VALUES ($id, $kind, $title, $bytes, $seconds, $epochs, $accuracy, $ended)",
            ("$id", manifest.Id),
            ("$kind", manifest.Kind),
            ("$title", manifest.Title),
            ("$bytes", manifest.Bytes),
            ("$seconds", manifest.Provenance.Seconds),
            ("$epochs", manifest.Epochs),
            ("$accuracy", double.IsNaN(accuracy) ? null : accuracy),
            ("$ended", manifest.Provenance.Ended.ToString("O", CultureInfo.InvariantCulture))
        );
        command.ExecuteNonQuery();
    }
}
