namespace Espalier.Data;

/// <summary>Turns what the operating system and the decompressor throw into sentences for the user.</summary>
internal static class Faults
{
    /// <summary>Runs a piece of reading.</summary>
    public static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException($"'{path}' cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Runs a piece of writing.</summary>
    public static T Writing<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be written: {fault.Message}", fault);
        }
    }
}
