using System.Buffers.Binary;
using System.Text;
using Espalier.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Runtime;

/// <summary>The tensor engine's library loads on hosts whose C++ library is older than the one it was built with.</summary>
public class NativeLibrarySpecs
{
    private const string NewestRequired = "GLIBCXX_3.4.30";

    private static string Library => Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    [Fact]
    public void Tensors_compute() => Assert.Equal(2f, ones(1).Plus(ones(1)).item<float>());

    [Fact]
    public void No_version_newer_than_Debian_12_has_is_strictly_required()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF libraries are Linux's");
        IReadOnlyList<(string Version, bool Weak)> needed = NeededVersions(File.ReadAllBytes(Library));
        Version newest = new(NewestRequired["GLIBCXX_".Length..]);
        (string Version, bool Weak)[] newer =
        [
            .. needed.Where(v =>
                v.Version.StartsWith("GLIBCXX_3", StringComparison.Ordinal) && new Version(v.Version["GLIBCXX_".Length..]) > newest
            ),
        ];
        Assert.NotEmpty(newer); // or the patch has become unnecessary and can go
        Assert.All(newer, version => Assert.True(version.Weak, $"{version.Version} is strictly required"));
    }

    [Fact]
    public void Two_bytes_differ_from_the_package_and_each_only_by_a_weak_mark()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF libraries are Linux's");
        string original = Path.Combine(
            PackageFolder(),
            "torchsharp",
            typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3),
            "runtimes",
            "linux-x64",
            "native",
            "libLibTorchSharp.so"
        );
        Assert.SkipUnless(File.Exists(original), "the package cache is elsewhere");
        byte[] before = File.ReadAllBytes(original),
            after = File.ReadAllBytes(Library);
        Assert.Equal(before.Length, after.Length);
        (int Before, int After)[] changes =
        [
            .. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).Select(i => ((int)before[i], (int)after[i])),
        ];
        Assert.Equal(2, changes.Length);
        Assert.Contains(changes, change => change.After == (change.Before | 2) && change.Before >> 4 == 0); // VER_FLG_WEAK on the version
        // STB_GLOBAL to STB_WEAK on the symbol.
        Assert.Contains(changes, change => change.Before >> 4 == 1 && change.After == ((change.Before & 0xf) | (2 << 4)));
        Assert.Equal(Strict(NeededVersions(before)).Except(Strict(NeededVersions(after))), ["GLIBCXX_3.4.32"]);

        static IEnumerable<string> Strict(List<(string Version, bool Weak)> versions) =>
            versions.Where(v => !v.Weak).Select(v => v.Version);
    }

    private static string PackageFolder() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Reads .gnu.version_r: the versions of symbols that the library asks other libraries for.</summary>
    private static List<(string, bool)> NeededVersions(byte[] elf)
    {
        const uint VersionNeeds = 0x6ffffffe;
        const ushort WeakFlag = 2;
        int sections = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(0x28)),
            size = U16(0x3a),
            count = U16(0x3c);
        int Header(uint type) => Enumerable.Range(0, count).Select(i => sections + i * size).First(at => (uint)I32(at + 4) == type);
        int needs = Header(VersionNeeds),
            at = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(needs + 24));
        int names = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(sections + I32(needs + 40) * size + 24));
        var found = new List<(string, bool)>();
        for (; ; at += I32(at + 12))
        {
            int entry = at + I32(at + 8);
            for (int i = 0; i < U16(at + 2); i++, entry += I32(entry + 12))
            {
                int start = names + I32(entry + 8);
                found.Add(
                    (Encoding.ASCII.GetString(elf, start, Array.IndexOf(elf, (byte)0, start) - start), (U16(entry + 4) & WeakFlag) != 0)
                );
            }
            if (I32(at + 12) == 0)
                return found;
        }

        int I32(int offset) => BinaryPrimitives.ReadInt32LittleEndian(elf.AsSpan(offset));
        int U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(offset));
    }
}
