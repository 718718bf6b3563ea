using System.Text.RegularExpressions;

namespace Espalier.Runtime.Loading;

/// <summary>A folder with the libraries of libtorch, looked at but not loaded.</summary>
/// <param name="Libraries">Full path of the folder that the libraries lie in.</param>
/// <param name="Version">As the files beside them say, such as <c>2.11.0+cu130</c>; null where they say nothing.</param>
public sealed partial record TorchFolder(string Libraries, string? Version)
{
    internal const string Core = "libc10.so",
        Cpu = "libtorch_cpu.so",
        CoreCuda = "libc10_cuda.so",
        Cuda = "libtorch_cuda.so",
        All = "libtorch.so";

    /// <summary>Whether it computes on NVIDIA's GPUs.</summary>
    public bool HasCuda => File.Exists(Path.Combine(Libraries, Cuda));

    /// <summary>Its libraries, each after those that it needs: what is loaded by full path is then found by name.</summary>
    internal IEnumerable<string> InOrder() =>
        new[] { Core, Cpu, CoreCuda, Cuda, All }.Select(name => Path.Combine(Libraries, name)).Where(File.Exists);

    /// <summary>Looks at an installed PyTorch, or at an unpacked libtorch.</summary>
    /// <param name="folder">The package (<c>…/site-packages/torch</c>), the folder around it, or the one with the libraries.</param>
    /// <param name="named">What named the folder, for sentences, such as <c>--libtorch</c>.</param>
    /// <exception cref="InputException">It is no such folder, lacks a library, is for another machine, or is too old.</exception>
    public static TorchFolder Open(string folder, string named)
    {
        if (File.Exists(folder))
            throw new InputException($"The libtorch '{folder}' ({named}) is a file; expected a folder such as .../site-packages/torch.");
        if (!Directory.Exists(folder))
            throw new InputException(
                $"The libtorch folder '{folder}' ({named}) is not there; expected one such as .../site-packages/torch."
            );
        string root = Path.GetFullPath(folder);
        string[] places = [root, Path.Combine(root, "lib"), Path.Combine(root, "torch", "lib")];
        string? libraries = places.FirstOrDefault(place => Directory.Exists(place) && Directory.EnumerateFiles(place, Cpu + "*").Any());
        if (libraries is null)
            throw new InputException(
                $"'{folder}' ({named}) holds no libtorch: there is no {Cpu} in it, in lib or in torch/lib; expected the folder of"
                    + " an installed PyTorch, such as .../site-packages/torch."
            );
        string? version = VersionBeside(libraries);
        if (TorchVersion.Numbers(version) is { } numbers && numbers < TorchVersion.Oldest)
            throw new InputException(
                $"The PyTorch in '{folder}' ({named}) is version {version}, which is too old; expected {TorchVersion.Oldest} or newer."
            );
        var found = new TorchFolder(libraries, version);
        found.MustBeComplete(named);
        return found;
    }

    private void MustBeComplete(string named)
    {
        foreach (string name in new[] { Core, Cpu, All }.Concat(HasCuda ? [CoreCuda, Cuda] : []))
        {
            string path = Path.Combine(Libraries, name);
            if (!File.Exists(path))
                throw new InputException($"The libtorch in '{Libraries}' ({named}) is not complete: {name} is missing.");
            string machine =
                ElfFile.MachineOf(path)
                ?? throw new InputException($"'{path}' ({named}) is no library of Linux; expected one for {ElfFile.Here}.");
            if (machine != ElfFile.Here)
                throw new InputException($"'{path}' ({named}) is for {machine} machines; this one is {ElfFile.Here}.");
            if (!ElfFile.IsWhole(path))
                throw new InputException($"'{path}' ({named}) is cut short; expected a whole library: install it again.");
        }
    }

    /// <summary>A Python package has <c>version.py</c>, an unpacked libtorch <c>build-version</c>, both above the libraries.</summary>
    private static string? VersionBeside(string libraries)
    {
        string above = Path.GetDirectoryName(libraries) ?? libraries;
        string python = Path.Combine(above, "version.py"),
            plain = Path.Combine(above, "build-version");
        if (File.Exists(python) && PythonVersion().Match(File.ReadAllText(python)) is { Success: true } match)
            return match.Groups[1].Value;
        return File.Exists(plain) && File.ReadAllText(plain).Trim() is { Length: > 0 } text ? text : null;
    }

    [GeneratedRegex("""^__version__\s*=\s*['"]([^'"]+)['"]""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex PythonVersion();
}
