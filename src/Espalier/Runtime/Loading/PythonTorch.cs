using System.ComponentModel;
using System.Diagnostics;

namespace Espalier.Runtime.Loading;

/// <summary>Where the <c>python3</c> on the path has its PyTorch.</summary>
/// <param name="Folder">The package's folder; null if there is none.</param>
/// <param name="Reason">Why there is none, without its full stop.</param>
internal sealed record PythonTorch(string? Folder, string Reason = "")
{
    /// <summary>Finds the package as an import would, and does not import it, which takes seconds.</summary>
    private const string Question =
        "import sys, importlib.util\n"
        + "sys.path = [p for p in sys.path if p]\n"
        + "s = importlib.util.find_spec('torch')\n"
        + "print(list(s.submodule_search_locations)[0] if s and s.submodule_search_locations else '')";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks it.</summary>
    public static PythonTorch Ask()
    {
        if (OnPath.Find("python3") is not { } python)
            return new PythonTorch(null, "no python3 is on the path");
        var start = new ProcessStartInfo(python, ["-c", Question])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            Task<string> said = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(s_patience))
            {
                process.Kill(entireProcessTree: true);
                return new PythonTorch(null, $"'{python}' did not say within {s_patience.TotalSeconds:0} seconds where its PyTorch is");
            }
            string folder = said.GetAwaiter().GetResult().Trim();
            if (process.ExitCode != 0)
                return new PythonTorch(null, $"'{python}' ended with exit code {process.ExitCode} when asked for its PyTorch");
            return folder.Length == 0 ? new PythonTorch(null, $"'{python}' has no PyTorch") : new PythonTorch(folder);
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or IOException)
        {
            return new PythonTorch(null, $"'{python}' cannot be started ({fault.Message.Split('\n')[0].TrimEnd('.')})");
        }
    }
}
