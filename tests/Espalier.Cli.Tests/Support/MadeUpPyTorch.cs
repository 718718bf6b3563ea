using System.Diagnostics;
using Espalier.Tests.Support;

namespace Espalier.Cli.Tests.Support;

/// <summary>
/// A PyTorch as Python has it, made of copies of the built-in libraries (links would be the same files to the loader), a python3 that
/// knows it, and the program as it is built without libtorch.
/// </summary>
public sealed class MadeUpPyTorch : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Makes them.</summary>
    public MadeUpPyTorch()
    {
        string program = Path.GetDirectoryName(typeof(Application).Assembly.Location)!;
        _folder.WriteText("site-packages/torch/version.py", $"__version__ = '{Version}'\n");
        Script.Write(_folder, "bin/python3", $"echo '{Package}'");
        Sh(
            $"mkdir '{Package}/lib' && cp --reflink=auto '{program}'/libc10.so '{program}'/libtorch.so '{program}'/libtorch_cpu.so"
                + $" '{program}'/libgomp* '{Package}/lib'"
        );
        // Without the list of what belongs to it, the program is what lies in its folder.
        Sh(
            $"mkdir '{_folder["small"]}' && find '{program}' -maxdepth 1 -type f ! -name 'libtorch*' ! -name 'libc10*' ! -name 'libgomp*'"
                + $" ! -name '*.deps.json' -exec cp {{}} '{_folder["small"]}' ';'"
        );
    }

    /// <summary>What it says its version is.</summary>
    public const string Version = "2.10.0+made.up";

    /// <summary>The package's folder.</summary>
    public string Package => _folder["site-packages", "torch"];

    /// <summary>A folder for PATH with its python3.</summary>
    public string PythonFolder => _folder["bin"];

    /// <summary>The program without libtorch.</summary>
    public string SmallProgram => _folder["small", Path.GetFileName(typeof(Application).Assembly.Location)];

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static void Sh(string script)
    {
        using Process process = Process.Start("bash", ["-c", script]);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{script}' ended with {process.ExitCode}");
    }
}
