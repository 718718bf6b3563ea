using Microsoft.Data.Sqlite;

namespace Espalier.Lab.Engine.Store;

/// <summary>The table of an index, in a file, or in memory where that cannot be.</summary>
internal sealed class IndexTable : IDisposable
{
    private const string Memory = ":memory:";
    private const int Corrupt = 11,
        NoDatabase = 26,
        PatienceSeconds = 5;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS stages (id TEXT PRIMARY KEY, kind TEXT, title TEXT,
            bytes INTEGER, seconds REAL, epochs INTEGER, accuracy REAL, ended TEXT) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS by_kind ON stages (kind, ended);
        """;

    private readonly SqliteConnection _connection;

    private IndexTable(string path, Exception? fault = null)
    {
        Fault = fault is null ? null : $"The index is not kept: {fault.Message.TrimEnd('.')}.";
        _connection = OpenAt(path);
    }

    /// <summary>Why it is in memory only, in one sentence; none if it is in the file.</summary>
    public string? Fault { get; }

    /// <summary>A table in memory.</summary>
    /// <param name="fault">Why.</param>
    public static IndexTable InMemory(Exception fault) => new(Memory, fault);

    /// <summary>The table in a file, made again where it is damaged, or where that cannot be done, one in memory.</summary>
    public static IndexTable Open(string path)
    {
        try
        {
            return new IndexTable(path);
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is Corrupt or NoDatabase)
        {
            try
            {
                File.Delete(path);
                return new IndexTable(path);
            }
            catch (Exception second) when (second is SqliteException or IOException or UnauthorizedAccessException)
            {
                return InMemory(second);
            }
        }
        catch (SqliteException fault)
        {
            return InMemory(fault);
        }
    }

    /// <summary>Changes that are made all or none.</summary>
    public SqliteTransaction Begin() => _connection.BeginTransaction();

    /// <summary>A statement.</summary>
    public SqliteCommand Command(string text, params (string Name, object? Value)[] parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        foreach ((string name, object? value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

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
