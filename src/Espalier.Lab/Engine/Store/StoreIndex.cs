using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Espalier.Lab.Engine.Store;

/// <summary>
/// A table of all finished stages, to be searched without opening their folders. The folders stay the truth: it can be deleted, and is made
/// again.
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
        _table = IndexTable.Open(Path.Combine(store.Folder, "index.sqlite"));
        try
        {
            Refresh();
        }
        catch (SqliteException fault) when (Fault is null)
        {
            // The table can be read but not renewed, or another process is at it for too long: made in memory it says the same.
            _table.Dispose();
            _table = IndexTable.InMemory(fault);
            Refresh();
        }
    }

    /// <summary>Why the index is kept in memory only, in one sentence; none if it is kept in the store.</summary>
    public string? Fault => _table.Fault;

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
    private void Refresh()
    {
        HashSet<string> known = [.. Find().Select(stage => stage.Id)];
        using SqliteTransaction transaction = _table.Begin();
        foreach ((string kind, string id) in _store.Folders())
            if (!known.Remove(id) && Manifest.TryRead(Path.Combine(_store.FolderOf(kind, id), Manifest.FileName)) is { } manifest)
                Add(manifest);
        foreach (string gone in known)
            using (SqliteCommand command = _table.Command("DELETE FROM stages WHERE id = $id", ("$id", gone)))
                command.ExecuteNonQuery();
        transaction.Commit();
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
