using System.Diagnostics;

namespace Espalier.Benchmarks;

/// <summary>Images a second and a processor-second of several things that are done in turn.</summary>
internal sealed class MeasuredRates
{
    private readonly SortedDictionary<string, List<(double Seconds, double Processor, int Images)>> _found = new(StringComparer.Ordinal);

    /// <summary>Takes the time of something.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="work">Does it and says how many images it took.</param>
    public void Measure(string name, Func<int> work)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        int images = work();
        double seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        if (!_found.TryGetValue(name, out List<(double, double, int)>? list))
            _found[name] = list = [];
        list.Add((seconds, (process.TotalProcessorTime - before).TotalSeconds, images));
    }

    /// <summary>Of each thing, every round's numbers.</summary>
    public object Summary() =>
        _found.ToDictionary(
            pair => pair.Key,
            pair => new
            {
                ImagesPerSecond = pair.Value.Select(one => Math.Round(one.Images / one.Seconds, 2)),
                ImagesPerProcessorSecond = pair.Value.Select(one => Math.Round(one.Images / one.Processor)),
                BusyCores = pair.Value.Select(one => Math.Round(one.Processor / one.Seconds, 2)),
            }
        );
}
