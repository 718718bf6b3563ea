using System.Diagnostics;
using Xunit;

namespace Espalier.Tests.Support;

/// <summary>The real PyTorch, where Debian's python3-torch is installed; tests that ask for it are skipped elsewhere.</summary>
public static class PyTorch
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> s_isHere = new(() => File.Exists(Python) && Start("import torch", []).Code == 0);

    /// <summary>Runs a program, which must succeed; skips the test that asks where there is no PyTorch.</summary>
    /// <param name="program">Python text; <c>torch</c> and <c>sys</c> are imported.</param>
    /// <param name="arguments">Its <c>sys.argv[1:]</c>.</param>
    /// <returns>The lines that it printed.</returns>
    public static string[] Run(string program, params string[] arguments)
    {
        Assert.SkipUnless(s_isHere.Value, "Debian's python3-torch is not installed.");
        (int code, string output) = Start("import sys, torch\n" + program, arguments);
        Assert.True(code == 0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static (int Code, string Output) Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(Python, ["-W", "ignore", "-c", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + errors.Result);
    }
}
