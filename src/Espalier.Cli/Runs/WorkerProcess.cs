using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Espalier.Cli.Options;
using Espalier.Runtime.Gpu;
using Espalier.Training;

namespace Espalier.Cli.Runs;

/// <summary>How this program starts itself as a worker.</summary>
internal static class WorkerProcess
{
    /// <param name="gridFile">The grid whose stages it may be asked for.</param>
    /// <param name="how">Store, data and threads; how GPUs compute and which libtorch does is as in this process.</param>
    /// <param name="device">Where it computes; of ranks on GPUs, one for each.</param>
    public static ProcessStartInfo Start(string gridFile, RunHow how, string device)
    {
        string[] data = how.Data is { } folder ? ["--data", folder] : [],
            saves = how.SaveEvery == MidEpochSaves.Usual ? [] : [Times.SaveEveryName, Times.Text(how.SaveEvery)],
            ranks = how.Ranks == 1 ? [] : [RankOption.Name, how.Ranks.ToString(CultureInfo.InvariantCulture)],
            images = how.Images is { } place ? ["--images", place.Name, "--images-in-memory", $"{place.MostInMemory}"] : [];
        return Program(["worker", "--grid", gridFile, "--store", how.Store, .. data, .. images, .. saves, .. ranks], how, device);
    }

    /// <param name="gridFile">The grid whose networks it measures.</param>
    /// <param name="how">Threads, library and how GPUs compute.</param>
    /// <param name="device">Where.</param>
    public static ProcessStartInfo Rate(string gridFile, RunHow how, string device) => Program(["rate", "--grid", gridFile], how, device);

    private static ProcessStartInfo Program(IEnumerable<string> words, RunHow how, string device)
    {
        ProcessStartInfo start = Program();
        bool onGpu = device != "cpu"; // a processor refuses what is asked of GPUs
        string[] tf32 = onGpu && GpuMath.Tf32 ? ["--tf32"] : [],
            bits = onGpu && GpuMath.Deterministic != GpuMath.DeterministicByDefault ? ["--deterministic", $"{GpuMath.Deterministic}"] : [],
            graphs = onGpu && !GpuMath.Graphs ? ["--cuda-graph", "false"] : [];
        string threads = how.Threads.ToString(CultureInfo.InvariantCulture);
        foreach (string word in words.Concat(["--threads", threads, "--device", device, .. tf32, .. bits, .. graphs]))
            start.ArgumentList.Add(word);
        start.ArgumentList.Add(LibtorchOption.Name);
        start.ArgumentList.Add(LibtorchOption.Current);
        // Threads of one worker that wait for each other must not take the time of the next worker's.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        foreach ((string name, string value) in how.Environment)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>This program, without arguments.</summary>
    public static ProcessStartInfo Program()
    {
        Assembly program = typeof(WorkerProcess).Assembly;
        // Started as a program of its own, it starts itself; started by dotnet, or as a library under test, the host is dotnet.
        bool isItsOwnHost = Assembly.GetEntryAssembly() == program && Path.GetFileNameWithoutExtension(Environment.ProcessPath) != "dotnet";
        bool isUnderDotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        var start = new ProcessStartInfo(isItsOwnHost || isUnderDotnet ? Environment.ProcessPath! : "dotnet");
        if (!isItsOwnHost)
            start.ArgumentList.Add(program.Location);
        return start;
    }
}
