using System.Globalization;
using System.Text;

namespace Espalier.Files;

/// <summary>The files of leases, <c>ID.1</c>, <c>ID.2</c> and so on, in a folder.</summary>
internal sealed class LeaseFolder(string folder) : ILeaseFolder
{
    /// <inheritdoc/>
    public IReadOnlyList<int> Numbers(string name) =>
        [
            .. from file in Directory.EnumerateFiles(folder, name + ".*")
            // The pattern finds the bare name too: what a holder left that held it by a lock.
            let number = int.TryParse(Path.GetExtension(file).TrimStart('.'), NumberStyles.None, CultureInfo.InvariantCulture, out int n)
                ? n
                : 0
            where number > 0
            select number,
        ];

    /// <inheritdoc/>
    public LeaseSight? Read(string name, int number)
    {
        try
        {
            using FileStream file = Open(PathOf(name, number), FileAccess.Read);
            return Read(file);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// A file that is whole is given the name as a second one (link): whoever reads it finds all of it, and none is empty. What counts is
    /// what is there afterwards: of a network file system the answer may be lost, and the call sent again says that there is one.
    /// </summary>
    public bool TryMake(string name, int number, LeaseHolder holder)
    {
        string path = PathOf(name, number),
            draft = Path.Combine(folder, $".{name}.{holder.Token}");
        try
        {
            using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
            {
                file.Write(Encoding.UTF8.GetBytes(holder.ToText()));
                file.Flush(flushToDisk: true);
            }
            // Some file systems say "not permitted" instead of "it is there".
            if (HardLinks.TryMake(draft, path, out bool isThere) || isThere || File.Exists(path))
                return Read(name, number)?.Token == holder.Token;
        }
        finally
        {
            File.Delete(draft);
        }
        return TryCreate(path, holder); // there are no links here
    }

    /// <inheritdoc/>
    public bool TryRenew(string name, int number, LeaseHolder holder)
    {
        try
        {
            using FileStream file = Open(PathOf(name, number), FileAccess.ReadWrite);
            // Looked at and written through one handle: another's file that came in its place is not touched.
            if (Read(file).Token != holder.Token)
                return false;
            file.Position = 0;
            file.Write(Encoding.UTF8.GetBytes(holder.ToText()));
            return true;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Remove(string name, int number)
    {
        try
        {
            File.Delete(PathOf(name, number));
        }
        catch (DirectoryNotFoundException)
        {
            // It is gone with its folder.
        }
    }

    private static bool TryCreate(string path, LeaseHolder holder)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault) && File.Exists(path))
        {
            return false; // another was quicker
        }
        try
        {
            using (file)
                file.Write(Encoding.UTF8.GetBytes(holder.ToText()));
            return true;
        }
        catch
        {
            File.Delete(path); // the disk is full: an empty lease would be nobody's and keep everybody waiting
            throw;
        }
    }

    private static LeaseSight Read(FileStream file)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        string text = reader.ReadToEnd();
        return new LeaseSight(text, LeaseHolder.TryParse(text));
    }

    private static FileStream Open(string path, FileAccess access) =>
        new(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private string PathOf(string name, int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}.{number}"));
}
