using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Espalier.Runtime.Loading;

/// <summary>Which machines a library is for, by the first bytes of its file (System V ABI, "ELF header").</summary>
internal static class ElfFile
{
    private const int HeaderLength = 64;

    private static readonly Dictionary<int, string> s_machines = new()
    {
        [3] = "x86",
        [21] = "ppc64",
        [22] = "s390x",
        [40] = "arm",
        [62] = "x86-64",
        [183] = "aarch64",
        [243] = "riscv64",
    };

    /// <summary>The machine that this process computes on.</summary>
    public static string Here =>
        RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "x86-64",
            Architecture.Arm64 => "aarch64",
            var other => other.ToString(),
        };

    /// <summary>
    /// Whether a 64-bit library's file reaches to the end of its table of sections, which lies last. The loader maps what a shorter one
    /// lacks, and the process ends when that is read.
    /// </summary>
    public static bool IsWhole(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] header = new byte[HeaderLength];
        if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
            return false;
        long table = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(0x28));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x3a)),
            count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x3c));
        return table >= 0 && table + (long)size * count <= file.Length;
    }

    /// <summary>The machine that a library is for; null if the file is no ELF library.</summary>
    public static string? MachineOf(string path)
    {
        byte[] header = new byte[HeaderLength];
        using (FileStream file = File.OpenRead(path))
            if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
                return null;
        if (!header.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
            return null;
        bool isBigEndian = header[5] == 2;
        int machine = isBigEndian
            ? BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(18))
            : BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18));
        return s_machines.GetValueOrDefault(machine, $"machine {machine}");
    }
}
