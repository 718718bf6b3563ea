using System.Runtime.CompilerServices;

namespace Espalier.Tests.Files;

/// <summary>The real checkpoints beside these tests, made by Assets/make_checkpoints.py.</summary>
internal static class Asset
{
    public static string Path(string name) => System.IO.Path.Combine(Here(), "Assets", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path(name));

    private static string Here([CallerFilePath] string here = "") => System.IO.Path.GetDirectoryName(here)!;
}
