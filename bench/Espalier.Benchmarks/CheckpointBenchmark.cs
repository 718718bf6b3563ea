using System.Diagnostics;
using System.Globalization;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Benchmarks;

/// <summary>Reads checkpoints of a ResNet50 (102 MB), in turn with what copies them: time, and peak memory beyond what was there.</summary>
/// <remarks>That of PyTorch's old format is read where <c>resnet50-old.pth</c> lies in the folder, which PyTorch makes of
/// <c>resnet50.pth</c>: <c>torch.save(torch.load(zip), old, _use_new_zipfile_serialization=False)</c>.</remarks>
internal static class CheckpointBenchmark
{
    public static object Run(string folder, int rounds)
    {
        Directory.CreateDirectory(folder);
        Network network = Models.Build("resnet50", Shape.Maps(3, 224, 224), 1000);
        string zip = Path.Combine(folder, "resnet50.pth"),
            flat = Path.Combine(folder, "resnet50.safetensors"),
            old = Path.Combine(folder, "resnet50-old.pth");
        using (WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "bench")))
        {
            TorchCheckpointWriter.Write(zip, StateDict.Of(weights));
            WeightsFile.Write(flat, weights);
        }
        var ways = new (string Name, string File, Action<string> Read)[]
        {
            ("read_to_nothing", flat, Discard),
            ("copy_to_a_file", flat, file => File.Copy(file, file + ".copy", overwrite: true)),
            ("weights_safetensors", flat, file => WeightsFile.Read(file, network).Dispose()),
            ("weights_pth", zip, file => WeightsFile.Read(file, network).Dispose()),
            ("weights_old_pth", old, file => WeightsFile.Read(file, network).Dispose()),
            ("tensors_safetensors", flat, file => TensorFile.Read(file)),
            ("tensors_pth", zip, file => TensorFile.Read(file)),
            ("tensors_old_pth", old, file => TensorFile.Read(file)),
        };
        if (!File.Exists(old))
            ways = [.. ways.Where(way => way.File != old)];
        var times = ways.ToDictionary(way => way.Name, _ => new List<double>());
        var peaks = ways.ToDictionary(way => way.Name, _ => new List<double>());
        for (int round = -1; round < rounds; round++) // the first warms up what compiles
            foreach ((string name, string file, Action<string> read) in ways)
            {
                (double seconds, double ratio) = Measured(() => read(file), new FileInfo(file).Length);
                if (round < 0)
                    continue;
                times[name].Add(seconds);
                peaks[name].Add(ratio);
            }
        File.Delete(flat + ".copy");
        return ways.Select(way => new
        {
            way.Name,
            Bytes = new FileInfo(way.File).Length,
            MillisecondsMedian = Math.Round(1000 * Median(times[way.Name]), 1),
            MillisecondsLeast = Math.Round(1000 * times[way.Name].Min(), 1),
            PeakPerByte = Math.Round(peaks[way.Name].Max(), 2),
        });
    }

    private static void Discard(string file)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] buffer = new byte[1 << 20];
        while (stream.Read(buffer) > 0) { }
    }

    private static (double Seconds, double PeakPerByte) Measured(Action work, long bytes)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // what is free goes back, and counts anew
        Runtime.NativeMemory.Trim();
        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak begins anew
        long before = Kilobytes("VmRSS");
        var clock = Stopwatch.StartNew();
        work();
        double seconds = clock.Elapsed.TotalSeconds;
        return (seconds, 1024.0 * (Kilobytes("VmHWM") - before) / bytes);
    }

    private static long Kilobytes(string field) =>
        long.Parse(
            File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ')[^2],
            CultureInfo.InvariantCulture
        );

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
