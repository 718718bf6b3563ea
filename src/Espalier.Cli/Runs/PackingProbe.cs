using System.Diagnostics;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Costs;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Runs;

/// <summary>
/// Measures how many processes a device bears, and how fast they are at every kind of pass, with processes as a run's workers are.
/// </summary>
/// <param name="grid">Its networks, batch, precision and matching.</param>
/// <param name="how">Threads of each, library, how GPUs compute, and the environment of workers.</param>
internal sealed class PackingProbe(Grid grid, RunHow how)
{
    private const double SecondsOfPacking = 1.5,
        SecondsOfPass = 1;

    /// <summary>Passes of all kinds follow each other in rounds, so that other work on the machine slows all of them alike.</summary>
    private const int Rounds = 3;

    /// <summary>What the last start of processes took.</summary>
    private TimeSpan _start;

    /// <summary>After so long no further round begins.</summary>
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    /// <summary>Measures on the first device; the others are taken to be alike. Of processors there is one.</summary>
    /// <param name="most">Processes on a device, at most.</param>
    /// <param name="isGiven">Whether it is to be that number, and only its speed is wanted.</param>
    /// <param name="isEnough">Whether what is known after a round is; null to measure all rounds.</param>
    /// <returns>Workers of all devices together, and how fast they are.</returns>
    public async Task<MachineRate> MeasureAsync(int most, bool isGiven = false, Func<MachineRate, bool>? isEnough = null)
    {
        string file = Path.Combine(Path.GetTempPath(), $"espalier-rate-{Guid.NewGuid():n}.json");
        var processes = new List<RateProcess>();
        IReadOnlyList<ModelSource> models = grid.Sources();
        ModelSource heaviest = models.MaxBy(model => model.FlopsPerImage)!;
        try
        {
            GridFile.Write(file, grid);
            Task<double?> Rate(int count, Pass pass, ModelSource model, double seconds) =>
                RateAsync(file, processes, count, pass, model.Name, seconds);
            int each = isGiven
                ? most
                : (await Packing.SearchAsync(count => Rate(count, Pass.Training, heaviest, SecondsOfPacking), most)).Workers;
            var rounds = models.ToDictionary(model => model.Name, _ => new List<PerPass>(), StringComparer.Ordinal);
            long began = Stopwatch.GetTimestamp();
            MachineRate rate;
            do
            {
                foreach (ModelSource model in models.OrderByDescending(model => model == heaviest))
                {
                    var found = new Dictionary<Pass, double>();
                    foreach (Pass pass in Enum.GetValues<Pass>())
                        found[pass] = await Rate(each, pass, model, SecondsOfPass) ?? throw NoRoom(each);
                    rounds[model.Name].Add(PerPass.Of(pass => found[pass]));
                }
                rate = OfRounds(each, rounds);
            } while (rounds[heaviest.Name].Count < Rounds && Stopwatch.GetElapsedTime(began) < s_long && isEnough?.Invoke(rate) != true);
            return rate;
        }
        finally
        {
            foreach (RateProcess process in processes)
                await process.DisposeAsync();
            File.Delete(file);
        }
    }

    /// <summary>What all devices do in a second: of rounds that took the same time, the mean.</summary>
    private MachineRate OfRounds(int each, Dictionary<string, List<PerPass>> rounds)
    {
        int devices = how.IsOnGpus ? how.Devices.Count : 1;
        return new MachineRate(
            devices * each,
            how.Threads,
            rounds.ToDictionary(
                pair => pair.Key,
                pair => PerPass.Of(pass => devices * pair.Value.Average(round => round[pass])),
                StringComparer.Ordinal
            )
        )
        {
            HaveCoresEach = !how.IsOnGpus,
            // The run's own process starts as its workers do, and before them.
            StartSeconds = how.IsOnGpus ? 0 : 2 * _start.TotalSeconds,
        };
    }

    private static InputException NoRoom(int count) =>
        new($"{Counted.Of(count, "worker")} on one device do not fit into its memory; give fewer (--workers), or auto.");

    /// <summary>Operations a second of some processes side by side; those that are missing are started first.</summary>
    private async Task<double?> RateAsync(string file, List<RateProcess> processes, int count, Pass pass, string model, double seconds)
    {
        long began = Stopwatch.GetTimestamp();
        RateProcess?[] begun = await Task.WhenAll(
            Enumerable
                .Range(processes.Count, Math.Max(0, count - processes.Count))
                .Select(_ => RateProcess.StartAsync(file, how, how.Devices[0]))
        );
        if (begun.Length > 0)
            _start = Stopwatch.GetElapsedTime(began);
        processes.AddRange(begun.OfType<RateProcess>());
        if (processes.Count < count)
            return null;
        double?[] rates = await Task.WhenAll(processes.Take(count).Select(process => process.MeasureAsync(pass, model, seconds)));
        return rates.Any(rate => rate is null) ? null : rates.Sum();
    }
}
