using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Espalier.Lab.Engine.Store;

/// <summary>A finished stage, as the index knows it.</summary>
/// <param name="Id">The stage's id.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Title">The stage, for people.</param>
/// <param name="Bytes">Of its files.</param>
/// <param name="Seconds">Time computed.</param>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="TestAccuracyPercent">NaN where it measured none.</param>
/// <param name="Ended">When it was finished, UTC.</param>
public sealed record IndexedStage(
    string Id,
    string Kind,
    string Title,
    long Bytes,
    double Seconds,
    int Epochs,
    double TestAccuracyPercent,
    DateTimeOffset Ended
);

/// <summary>
/// A table of all finished stages, to be searched without opening their folders. The folders stay the truth: it can be deleted, and is made
/// again.
/// </summary>
public sealed class StoreIndex : IDisposable
{
    private const string InMemory = ":memory:";
    private const int Corrupt = 11,
        NoDatabase = 26,
        PatienceSeconds = 5;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS stages (id TEXT PRIMARY KEY, kind TEXT, title TEXT,
            bytes INTEGER, seconds REAL, epochs INTEGER, accuracy REAL, ended TEXT) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS by_kind ON stages (kind, ended);
        """;

    private readonly ArtefactStore _store;
    private readonly SqliteConnection _connection;

    /// <summary>Opens the index of a store and brings it up to date with the folders.</summary>
    /// <exception cref="InputException">The store's folders cannot be read.</exception>
    public StoreIndex(ArtefactStore store)
    {
        _store = store;
        (_connection, Fault) = Open(Path.Combine(store.Folder, "index.sqlite"));
        try
        {
            Refresh();
        }
        catch (SqliteException fault) when (Fault is null)
        {
            // The table can be read but not renewed, or another process is at it for too long: made in memory it says the same.
            _connection.Dispose();
            (_connection, Fault) = (OpenAt(InMemory), Sentence(fault));
            Refresh();
        }
    }

    /// <summary>Why the index is kept in memory only, in one sentence; none if it is kept in the store.</summary>
    public string? Fault { get; }

    /// <summary>Stages whose kind and title fit, the latest first.</summary>
    /// <param name="kind">A kind; null for all.</param>
    /// <param name="text">Part of the title or of the id; null for all.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<IndexedStage> Find(string? kind = null, string? text = null, int limit = int.MaxValue)
    {
        using SqliteCommand command = Command(
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
        using SqliteCommand command = Command("SELECT kind, count(*), sum(bytes), sum(seconds) FROM stages GROUP BY kind ORDER BY kind");
        using SqliteDataReader row = command.ExecuteReader();
        var totals = new List<(string, long, long, double)>();
        while (row.Read())
            totals.Add((row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetDouble(3)));
        return totals;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>Adds folders that came, forgets those that went.</summary>
    private void Refresh()
    {
        HashSet<string> known = [.. Find().Select(stage => stage.Id)];
        using SqliteTransaction transaction = _connection.BeginTransaction();
        foreach ((string kind, string id) in _store.Folders())
            if (!known.Remove(id) && Manifest.TryRead(Path.Combine(_store.FolderOf(kind, id), Manifest.FileName)) is { } manifest)
                Add(manifest);
        foreach (string gone in known)
            using (SqliteCommand command = Command("DELETE FROM stages WHERE id = $id", ("$id", gone)))
                command.ExecuteNonQuery();
        transaction.Commit();
    }

    private void Add(Manifest manifest)
    {
        double accuracy = manifest.Numbers.GetValueOrDefault("test_accuracy_percent", double.NaN);
        using SqliteCommand command = Command(
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

    private SqliteCommand Command(string text, params (string Name, object? Value)[] parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        foreach ((string name, object? value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    /// <summary>Opens the table in a file, made again where it is damaged, or where that cannot be done, one in memory.</summary>
    private static (SqliteConnection Connection, string? Fault) Open(string path)
    {
        try
        {
            return (OpenAt(path), null);
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is Corrupt or NoDatabase)
        {
            try
            {
                File.Delete(path);
                return (OpenAt(path), null);
            }
            catch (Exception second) when (second is SqliteException or IOException or UnauthorizedAccessException)
            {
                return (OpenAt(InMemory), Sentence(second));
            }
        }
        catch (SqliteException fault)
        {
            return (OpenAt(InMemory), Sentence(fault));
        }
    }

    private static string Sentence(Exception fault) => $"The index is not kept: {fault.Message.TrimEnd('.')}.";

    private static SqliteConnection OpenAt(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                DefaultTimeout = PatienceSeconds,
            }.ToString()
        );
        try
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = Schema;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
