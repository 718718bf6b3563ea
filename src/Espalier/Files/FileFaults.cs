using System.Text;

namespace Espalier.Files;

/// <summary>Turns what the file system says into the sentence the user reads.</summary>
internal static class FileFaults
{
    /// <summary>Whether the fault is the user's (a path, a permission, a full disk) and not a programming error.</summary>
    public static bool IsFault(Exception fault) => fault is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>Whether the disk itself failed at a file, which is then as good as lost; anything else may pass.</summary>
    public static bool IsOfTheDisk(Exception fault) => fault is IOException { HResult: 5 } && !OperatingSystem.IsWindows();

    /// <summary>Removes, and says in one sentence what the file system has against it.</summary>
    public static void Removing(string path, Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception fault) when (IsFault(fault))
        {
            throw new InputException($"Cannot remove '{path}': {Reason(fault)}.", fault);
        }
    }

    /// <summary>Reads, and says in one sentence what the file system or the decompressor finds wrong.</summary>
    public static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (IsFault(fault) || fault is InvalidDataException)
        {
            throw Reading(path, fault);
        }
    }

    /// <summary>Reads a zip file, and says in one sentence what the file system or the runtime's zip reader finds wrong.</summary>
    public static T ReadingZip<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (OfZip(path, fault) is { } refused)
        {
            throw refused;
        }
    }

    /// <summary>What the file system, or the zip reader on a damaged file, threw, as a sentence; null if neither throws that.</summary>
    public static InputException? OfZip(string path, Exception fault) =>
        fault switch
        {
            InvalidDataException or ArgumentException or OverflowException => new(
                $"'{path}' is damaged: it is not a whole zip file.",
                fault
            ),
            _ => IsFault(fault) ? Reading(path, fault) : null,
        };

    public static InputException Reading(string path, Exception fault) => new($"Cannot read '{path}': {ReadingReason(fault)}.", fault);

    public static InputException Writing(string path, Exception fault) => new($"Cannot write '{path}': {Reason(fault)}.", fault);

    /// <summary>Opens an existing file for reading.</summary>
    public static FileStream Open(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0'))
            throw new InputException($"'{Shorten(path)}' is not a file name.");
        if (Directory.Exists(path))
            throw new InputException($"Cannot read '{path}': it is a folder, a file was expected.");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception fault) when (IsFault(fault))
        {
            throw Reading(path, fault);
        }
    }

    /// <summary>A name from a file, fit for a message: on one line, at most 80 characters.</summary>
    public static string Shorten(string name)
    {
        StringBuilder text = new();
        foreach (char letter in name.Length > 80 ? name.AsSpan(0, 77) : name)
            text.Append(char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter);
        return name.Length > 80 ? text.Append("...").ToString() : text.ToString();
    }

    private static string ReadingReason(Exception fault) =>
        fault switch
        {
            FileNotFoundException or DirectoryNotFoundException => "there is no such file",
            UnauthorizedAccessException => "access is denied",
            _ => Reason(fault),
        };

    private static string Reason(Exception fault) =>
        fault switch
        {
            FileNotFoundException => "there is no such file",
            DirectoryNotFoundException => "its folder does not exist and cannot be made",
            UnauthorizedAccessException => "access is denied or the place is read-only",
            EndOfStreamException => "it ended early",
            // The runtime appends the path it was working on, which here may be the part file.
            _ => fault.Message.Split('\n')[0].Split(" : '")[0].TrimEnd('.', ' ', '\r'),
        };
}
