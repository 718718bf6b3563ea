using System.Buffers.Binary;

namespace Espalier.Files;

/// <summary>Tells kinds of files apart.</summary>
internal static class FileKinds
{
    private const int TarMagic = 257;

    /// <summary>The kind of what is in a stream that can seek; it is left at its start.</summary>
    public static FileKind Of(Stream stream)
    {
        byte[] start = new byte[TarMagic + 5];
        stream.Position = 0;
        int count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return Of(start.AsSpan(0, count));
    }

    /// <summary>What a user calls it, in a sentence that begins "it is".</summary>
    public static string Words(this FileKind kind) =>
        kind switch
        {
            FileKind.Empty => "an empty file",
            FileKind.Safetensors => "a safetensors file",
            FileKind.Zip => "a zip file",
            FileKind.OldCheckpoint => "a checkpoint in PyTorch's format from before 1.6",
            FileKind.Pickle => "a Python pickle without tensors' storages: save a state dict with torch.save",
            FileKind.Gzip => "compressed by gzip: unpack it first",
            FileKind.Tar => "a tar archive: unpack it first",
            FileKind.Hdf5 => "an HDF5 file, as Keras writes it: save its arrays as safetensors",
            FileKind.NumPy => "a NumPy array: save the arrays as safetensors",
            FileKind.Json => "a JSON text",
            _ => "something else",
        };

    private static FileKind Of(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return FileKind.Empty;
        // First of all: a header's length may have the bytes of another kind's beginning, but nothing else has '{' behind eight bytes of a
        // length.
        if (start.Length > 8 && start[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(start) <= Safetensors.LongestHeader)
            return FileKind.Safetensors;
        if (start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith("PK\u0005\u0006"u8))
            return FileKind.Zip;
        // The first number that torch.save wrote before 1.6, of ten bytes.
        if (start.StartsWith((ReadOnlySpan<byte>)[0x80, 2, 0x8a, 10]))
            return FileKind.OldCheckpoint;
        if (start.Length >= 2 && start[0] == 0x80 && start[1] is >= 2 and <= 5)
            return FileKind.Pickle;
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return FileKind.Gzip;
        if (start[1..].StartsWith("HDF\r\n"u8))
            return FileKind.Hdf5;
        if (start[1..].StartsWith("NUMPY"u8))
            return FileKind.NumPy;
        if (start.Length > TarMagic && start[TarMagic..].StartsWith("ustar"u8))
            return FileKind.Tar;
        return start[0] == '{' ? FileKind.Json : FileKind.Unknown;
    }
}
