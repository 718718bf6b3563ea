using System.Globalization;
using System.Text;

namespace Espalier.Files;

/// <summary>The files of a lease, <c>ID.1</c>, <c>ID.2</c> and so on: one a holder, made by one only.</summary>
internal static class LeaseFiles
{
    /// <summary>Makes the file, for this holder; false if another was quicker.</summary>
    public static bool TryMake(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return false; // another was quicker
        }
        try
        {
            using (file)
                file.Write(Encoding.UTF8.GetBytes(LeaseHolder.Me.ToText()));
            return true;
        }
        catch
        {
            File.Delete(path); // the disk is full: an empty lease would be nobody's and keep everybody waiting
            throw;
        }
    }

    /// <summary>The highest number there is; 0 if there is none.</summary>
    public static int Last(string name) => Numbered(name).DefaultIfEmpty(0).Max();

    /// <summary>All numbers there are.</summary>
    public static IEnumerable<int> Numbered(string name) =>
        from file in Directory.EnumerateFiles(Path.GetDirectoryName(name)!, Path.GetFileName(name) + ".*")
        // The pattern finds the bare name too: what a holder left that held it by a lock.
        let number = int.TryParse(Path.GetExtension(file).TrimStart('.'), NumberStyles.None, CultureInfo.InvariantCulture, out int n)
            ? n
            : 0
        where number > 0
        select number;

    /// <summary>The file of a number.</summary>
    public static string PathOf(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}.{number}");
}
