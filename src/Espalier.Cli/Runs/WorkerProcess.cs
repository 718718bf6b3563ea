using System.Diagnostics;
using System.Globalization;

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
        string library = typeof(WorkerProcess).Assembly.Location;
        // Published as one file, the program is its own host; otherwise, and under test, the host is dotnet.
        string program = Path.ChangeExtension(Path.GetFileName(library), OperatingSystem.IsWindows() ? "exe" : null);
        bool isOwnHost = library.Length == 0 || Path.GetFileName(Environment.ProcessPath) == program;
        var start = new ProcessStartInfo(isOwnHost ? Environment.ProcessPath! : "dotnet");
        if (!isOwnHost) start.ArgumentList.Add(library);
        foreach (string argument in new[] { "worker", "--grid", gridFile, "--store", store, "--threads", threads.ToString(CultureInfo.InvariantCulture), "--device", device }) start.ArgumentList.Add(argument);
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
