using System.CommandLine;
using Espalier.Runtime;
using TorchSharp;

namespace Espalier.Cli.Options;

/// <summary>Options of every command that computes: device, threads, seed, quiet, json.</summary>
internal sealed class RunOptions
{
    public Option<string> Device { get; } = new("--device") { Description = "Where to compute: auto, cpu, cuda or cuda:1.", DefaultValueFactory = _ => "auto" };

    public Option<int?> Threads { get; } = new("--threads") { Description = "Threads of one computation; default: all cores." };

    public Option<long> Seed { get; } = new("--seed") { Description = "The one seed that all random numbers follow from.", DefaultValueFactory = _ => 0 };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "No progress." };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };

    /// <param name="command">The command.</param>
    /// <param name="random">Whether it draws random numbers; without any, a seed would do nothing.</param>
    public void AddTo(Command command, bool random = true)
    {
        foreach (Option option in (Option[])[Device, Threads, .. random ? [Seed] : Array.Empty<Option>(), Quiet, Json]) command.Options.Add(option);
    }

    /// <summary>Applies the thread count and finds the device.</summary>
    public torch.Device Apply(ParseResult parsed)
    {
        ComputeThreads.Use(parsed.GetValue(Threads));
        return ComputeDevice.Parse(parsed.GetValue(Device)!);
    }
}
