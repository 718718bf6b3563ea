using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Espalier.Lab.Engine.Store;

/// <summary>The table of an index, in memory: no file is open while it is used, and none is locked.</summary>
internal sealed class IndexTable : IDisposable
{
    /// <summary>How it is made.</summary>
    internal const string Schema = """
        CREATE TABLE IF NOT EXISTS stages (id TEXT PRIMARY KEY, kind TEXT, title TEXT,
            bytes INTEGER, seconds REAL, epochs INTEGER, accuracy REAL, ended TEXT) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS by_kind ON stages (kind, ended);
        """;

    private const string Main = "main";

    private readonly SqliteConnection _connection = new("Data Source=:memory:;Pooling=False");

    /// <summary>A table as a database has it, or an empty one.</summary>
    /// <param name="database">Its bytes.</param>
    public IndexTable(byte[]? database)
    {
        try
        {
            _connection.Open();
            if (database is not null)
                Load(database);
            using SqliteCommand command = Command(Schema);
            command.ExecuteNonQuery();
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>All of it, as a database.</summary>
    public byte[] ToDatabase()
    {
        nint content = raw.sqlite3_serialize(_connection.Handle!, Main, out long length, 0);
        if (content == 0)
            SqliteException.ThrowExceptionForRC(raw.SQLITE_NOMEM, _connection.Handle);
        try
        {
            byte[] bytes = new byte[length];
            Marshal.Copy(content, bytes, 0, bytes.Length);
            return bytes;
        }
        finally
        {
            raw.sqlite3_free(content);
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

    private void Load(byte[] database)
    {
        nint content = raw.sqlite3_malloc64(database.Length);
        if (content == 0)
            SqliteException.ThrowExceptionForRC(raw.SQLITE_NOMEM, _connection.Handle);
        Marshal.Copy(database, 0, content, database.Length);
        // The connection owns the memory from here on, also where it refuses it.
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_deserialize(
                _connection.Handle!,
                Main,
                content,
                database.Length,
                database.Length,
                raw.SQLITE_DESERIALIZE_FREEONCLOSE | raw.SQLITE_DESERIALIZE_RESIZEABLE
            ),
            _connection.Handle
        );
    }
}
