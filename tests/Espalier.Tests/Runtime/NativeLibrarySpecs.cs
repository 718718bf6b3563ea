using System.Buffers.Binary;
using System.Text;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Runtime;

/// <summary>The tensor engine's library loads on hosts whose C++ library is older than the one it was built with.</summary>
public class NativeLibrarySpecs
{
    private const string NewestRequired = "GLIBCXX_3.4.30";

    private static string Library => Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    [Fact]
    public void Tensors_compute() => Assert.Equal(2f, (ones(1) + ones(1)).item<float>());

    [Fact]
    public void No_version_newer_than_Debian_12_has_is_strictly_required()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF libraries are Linux's");
        IReadOnlyList<(string Version, bool Weak)> needed = NeededVersions(File.ReadAllBytes(Library));
        Version newest = new(NewestRequired["GLIBCXX_".Length..]);
        (string Version, bool Weak)[] newer = [.. needed.Where(v => v.Version.StartsWith("GLIBCXX_3", StringComparison.Ordinal) && new Version(v.Version["GLIBCXX_".Length..]) > newest)];
        Assert.NotEmpty(newer); // or the patch has become unnecessary and can go
        Assert.All(newer, version => Assert.True(version.Weak, $"{version.Version} is strictly required"));
    }

    /// <summary>Reads .gnu.version_r: the versions of symbols that the library asks other libraries for.</summary>
    private static List<(string, bool)> NeededVersions(byte[] elf)
    {
        const uint VersionNeeds = 0x6ffffffe;
        const ushort WeakFlag = 2;
        int sections = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(0x28)), size = U16(0x3a), count = U16(0x3c);
        int Header(uint type) => Enumerable.Range(0, count).Select(i => sections + i * size).First(at => (uint)I32(at + 4) == type);
        int needs = Header(VersionNeeds), at = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(needs + 24));
        int names = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(sections + I32(needs + 40) * size + 24));
        var found = new List<(string, bool)>();
        for (; ; at += I32(at + 12))
        {
            int entry = at + I32(at + 8);
            for (int i = 0; i < U16(at + 2); i++, entry += I32(entry + 12))
            {
                int start = names + I32(entry + 8);
                found.Add((Encoding.ASCII.GetString(elf, start, Array.IndexOf(elf, (byte)0, start) - start), (U16(entry + 4) & WeakFlag) != 0));
            }
            if (I32(at + 12) == 0) return found;
        }

        int I32(int offset) => BinaryPrimitives.ReadInt32LittleEndian(elf.AsSpan(offset));
        int U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(offset));
    }
}
