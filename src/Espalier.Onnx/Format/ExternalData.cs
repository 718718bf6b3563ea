using System.Globalization;
using Espalier.Files;

namespace Espalier.Onnx.Format;

/// <summary>Numbers of an array in a file beside the model: in the model's folder alone, as the format demands.</summary>
internal static class ExternalData
{
    /// <summary>Reads them.</summary>
    /// <param name="file">The model.</param>
    /// <param name="tensor">Whose numbers they are.</param>
    /// <param name="expected">How many bytes they must have.</param>
    /// <exception cref="InputException">The file lies elsewhere, is missing or does not hold as many.</exception>
    public static ReadOnlyMemory<byte> Read(ModelFile file, OnnxTensor tensor, Int128 expected)
    {
        if (!tensor.External.TryGetValue("location", out string? location) || location.Length == 0)
            throw tensor.Refuse("lies in another file, but does not say in which");
        string path = PathOf(file, tensor, location);
        long offset = Number(tensor, "offset", 0);
        using FileStream stream = FileFaults.Open(path);
        long length = Number(tensor, "length", (long)Int128.Min(expected, long.MaxValue));
        if (length != expected)
            throw tensor.Refuse($"claims {length} bytes of '{FileFaults.Shorten(location)}'; expected {expected} by its shape");
        if (offset > stream.Length || expected > stream.Length - offset)
            throw tensor.Refuse(
                $"lies in '{FileFaults.Shorten(location)}' from {offset} to {offset + expected}, beyond its {stream.Length} bytes"
            );
        file.External(path, stream.Length);
        file.Make((long)expected);
        return FileFaults.Reading(
            path,
            () =>
            {
                stream.Position = offset;
                byte[] bytes = GC.AllocateUninitializedArray<byte>((int)expected);
                stream.ReadExactly(bytes);
                return bytes;
            }
        );
    }

    /// <summary>A file within the folder: nothing absolute, nothing above it, no link on the way.</summary>
    private static string PathOf(ModelFile file, OnnxTensor tensor, string location)
    {
        string[] parts = location.Split('/', '\\');
        if (Path.IsPathRooted(location) || location.Contains(':') || location.Contains('\0') || parts.Contains(".."))
            throw tensor.Refuse($"lies in '{FileFaults.Shorten(location)}'; expected a file in the model's own folder");
        string path = Path.GetDirectoryName(Path.GetFullPath(file.Path))!;
        foreach (string part in parts.Where(part => part is not ("" or ".")))
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
                throw tensor.Refuse(
                    $"lies in '{FileFaults.Shorten(location)}', which is a link; expected a file in the model's own folder"
                );
        }
        return path;
    }

    private static long Number(OnnxTensor tensor, string key, long usual) =>
        !tensor.External.TryGetValue(key, out string? text) ? usual
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw tensor.Refuse($"has the {key} '{FileFaults.Shorten(text)}' in another file; expected a number of bytes");
}
