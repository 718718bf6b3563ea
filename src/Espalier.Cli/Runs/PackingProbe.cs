using Espalier.Lab.Design;
using Espalier.Lab.Design.Costs;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Runs;

/// <summary>Measures how many processes a device bears, with processes as a run's workers are.</summary>
/// <param name="grid">Its networks, batch and precision.</param>
/// <param name="how">Threads of each, library, how GPUs compute, and the environment of workers.</param>
internal sealed class PackingProbe(Grid grid, RunHow how)
{
    private const double Seconds = 1.5;

    /// <summary>Measures on the first device; the others are taken to be alike.</summary>
    /// <param name="most">Processes on a device, at most.</param>
    /// <param name="isGiven">Whether it is to be that number, and only its speed is wanted.</param>
    /// <returns>Workers of all devices together, and how fast they are.</returns>
    public async Task<MachineRate> MeasureAsync(int most, bool isGiven = false)
    {
        string file = Path.Combine(Path.GetTempPath(), $"espalier-rate-{Guid.NewGuid():n}.json");
        var processes = new List<RateProcess>();
        IReadOnlyList<ModelSource> models = grid.Sources();
        ModelSource heaviest = models.MaxBy(model => model.FlopsPerImage)!;
        try
        {
            GridFile.Write(file, grid);
            Packing packing = isGiven
                ? new Packing(most, await RateAsync(file, processes, most, heaviest.Name) ?? throw NoRoom(most), [])
                : await Packing.SearchAsync(count => RateAsync(file, processes, count, heaviest.Name), most);
            int devices = how.Devices.Count;
            var rates = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (ModelSource model in models)
                rates[model.Name] =
                    devices
                    * model.FlopsPerImage
                    * (
                        model == heaviest
                            ? packing.Rate
                            : await RateAsync(file, processes, packing.Workers, model.Name)
                                ?? packing.Rate * heaviest.FlopsPerImage / model.FlopsPerImage
                    );
            return new MachineRate(devices * packing.Workers, how.Threads, rates);
        }
        finally
        {
            foreach (RateProcess process in processes)
                await process.DisposeAsync();
            File.Delete(file);
        }
    }

    private static InputException NoRoom(int count) =>
        new($"{Counted.Of(count, "worker")} on one device do not fit into its memory; give fewer (--workers), or auto.");

    /// <summary>Images a second of some processes side by side; those that are missing are started first.</summary>
    private async Task<double?> RateAsync(string file, List<RateProcess> processes, int count, string model)
    {
        RateProcess?[] begun = await Task.WhenAll(
            Enumerable
                .Range(processes.Count, Math.Max(0, count - processes.Count))
                .Select(_ => RateProcess.StartAsync(file, how, how.Devices[0]))
        );
        processes.AddRange(begun.OfType<RateProcess>());
        if (processes.Count < count)
            return null;
        double?[] rates = await Task.WhenAll(processes.Take(count).Select(process => process.MeasureAsync(model, Seconds)));
        return rates.Any(rate => rate is null) ? null : rates.Sum();
    }
}
