using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Espalier.Cli.Runs;

/// <summary>How this program starts itself as a worker.</summary>
internal static class WorkerProcess
{
    /// <param name="gridFile">The grid whose stages it may be asked for.</param>
    /// <param name="store">The store.</param>
    /// <param name="data">Where data sets are looked for; null for the usual place.</param>
    /// <param name="threads">Threads of its computations.</param>
    /// <param name="device">Where it computes.</param>
    public static ProcessStartInfo Start(string gridFile, string store, string? data, int threads, string device)
    {
        Assembly program = typeof(WorkerProcess).Assembly;
        // Started as a program of its own, it starts itself; started by dotnet, or as a library under test, the host is dotnet.
        bool isItsOwnHost = Assembly.GetEntryAssembly() == program && Path.GetFileNameWithoutExtension(Environment.ProcessPath) != "dotnet";
        bool isUnderDotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        var start = new ProcessStartInfo(isItsOwnHost || isUnderDotnet ? Environment.ProcessPath! : "dotnet");
        if (!isItsOwnHost)
            start.ArgumentList.Add(program.Location);
        foreach (
            string argument in new[]
            {
                "worker",
                "--grid",
                gridFile,
                "--store",
                store,
                "--threads",
                threads.ToString(CultureInfo.InvariantCulture),
                "--device",
                device,
            }
        )
            start.ArgumentList.Add(argument);
        if (data is not null)
        {
            start.ArgumentList.Add("--data");
            start.ArgumentList.Add(data);
        }
        // Threads of one worker that wait for each other must not take the time of the next worker's.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        return start;
    }
}
