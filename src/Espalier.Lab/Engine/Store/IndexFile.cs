using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <summary>
/// The file that an index is kept in: a whole database with its own checksum, read at one go, and replaced as a whole. Nothing is ever
/// changed in it, so that no other machine sees a page of before beside one of after; who comes last with his has the place.
/// </summary>
/// <param name="path">Its name.</param>
internal sealed class IndexFile(string path)
{
    // What a database that is written in place keeps beside it: left by an earlier version, or by another program.
    private static readonly string[] s_companions = ["-journal", "-wal", "-shm"];

    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);

    /// <summary>The database, and what there is to say of the file.</summary>
    /// <returns>No database where there is none, or none that can be trusted; then a sentence, unless it was to be expected.</returns>
    public (byte[]? Database, string? Remark) Read()
    {
        try
        {
            byte[]? content = Content();
            return content is null ? (null, null)
                : IndexSeal.IsOn(content) ? (content, null)
                : (null, IndexSeal.IsOfEarlierVersion(content) ? null : "The index was damaged; it was made again from the artefacts.");
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            return (null, FileFaults.Reading(path, fault).Message);
        }
    }

    /// <summary>Replaces the file.</summary>
    /// <param name="database">A whole one; its user version is set here.</param>
    /// <exception cref="InputException">It cannot be written; the earlier one stays.</exception>
    public void Write(byte[] database)
    {
        IndexSeal.Put(database);
        FileFaults.Removing(path, () => Array.ForEach(s_companions, end => File.Delete(path + end)));
        AtomicFile.Write(path, stream => stream.Write(database));
        RemoveAbandoned();
    }

    /// <summary>All bytes; another machine may have put a new file in its place meanwhile, and taken this one away.</summary>
    private byte[]? Content()
    {
        for (int attempt = 0; ; attempt++)
            try
            {
                using var file = new FileStream(
                    path,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete,
                    bufferSize: 0
                );
                byte[] content = new byte[file.Length];
                file.ReadExactly(content);
                return content;
            }
            catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
            catch (IOException) when (attempt < 2)
            {
                // Once more, of the new one.
            }
    }

    /// <summary>Removes what writers left that were killed at it, by the file system's own time.</summary>
    private void RemoveAbandoned()
    {
        try
        {
            DateTime now = File.GetLastWriteTimeUtc(path);
            foreach (string part in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".part-*"))
                if (now - File.GetLastWriteTimeUtc(part) > s_abandoned)
                    File.Delete(part);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            // They are in nobody's way.
        }
    }
}
