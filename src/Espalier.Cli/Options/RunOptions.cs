using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Training;
using TorchSharp;

namespace Espalier.Cli.Options;

/// <summary>Options of every command that computes: device, threads, seed, quiet, json.</summary>
internal sealed class RunOptions
{
    private readonly DeviceOptions _device = new();

    /// <summary>Finds the devices of a command whose workers share them.</summary>
    public IReadOnlyList<torch.Device> Devices(ParseResult parsed) => _device.Find(parsed);

    public Option<int?> Threads { get; } =
        new("--threads")
        {
            Description = "Threads of one computation; default: as many as the network keeps busy and as there are cores free.",
        };

    public Option<int?> Ranks { get; } = RankOption.Create();

    public Option<long> Seed { get; } =
        new("--seed") { Description = "The one seed that all random numbers follow from.", DefaultValueFactory = _ => 0 };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "No progress." };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };

    /// <summary>Those that say where and how to compute.</summary>
    public IEnumerable<Option> OfComputing => [.. _device.All, Threads];

    /// <param name="command">The command.</param>
    /// <param name="random">Whether it draws random numbers; without any, a seed would do nothing.</param>
    /// <param name="ranks">Whether several processes can share its work.</param>
    public void AddTo(Command command, bool random = true, bool ranks = false)
    {
        if (ranks)
            command.Options.Add(Ranks);
        foreach (Option option in (Option[])[.. OfComputing, .. random ? [Seed] : Array.Empty<Option>(), Quiet, Json])
            command.Options.Add(option);
    }

    /// <summary>Applies the thread count and finds the device.</summary>
    public torch.Device Apply(ParseResult parsed)
    {
        ComputeThreads.Hold(parsed.GetValue(Threads) ?? Environment.ProcessorCount); // for this command, which ends it
        return _device.FindOne(parsed);
    }

    /// <summary>Applies the thread count of one of several ranks, and finds their devices.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ranks">Ranks in all.</param>
    /// <param name="here">Of them, those that share the cores of this machine.</param>
    public IReadOnlyList<torch.Device> Apply(ParseResult parsed, int ranks, int here)
    {
        if (ranks == 1)
            return [Apply(parsed)];
        ComputeThreads.Hold(parsed.GetValue(Threads) ?? Math.Max(1, Environment.ProcessorCount / here));
        return Devices(parsed);
    }

    /// <summary>
    /// Chooses the thread count where none was given, and says which: the one that stopped work was begun with, else one that suits the
    /// network and what is idle.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="output">Where to say it, unless the user wants it quiet.</param>
    /// <param name="operations">Floating-point operations between two results, such as those of a training step.</param>
    /// <param name="begun">Threads of the work to be continued; null if it begins.</param>
    /// <param name="ranks">Ranks that share the work, and this machine's cores.</param>
    public void Suit(ParseResult parsed, Output output, double operations, int? begun = null, int ranks = 1)
    {
        if (parsed.GetValue(Threads) is not null)
            return;
        SuitedThreads? suited = begun is null ? SuitedThreads.For(operations, ranks) : null;
        ComputeThreads.Hold(suited?.Count ?? begun!.Value);
        if (!parsed.GetValue(Quiet))
            output.Note(suited?.ToString() ?? $"going on with the number of threads that this was begun with, {begun}");
    }

    /// <summary>The same for a command that runs a network over images.</summary>
    public void Suit(ParseResult parsed, Output output, Network network, int? begun = null) =>
        Suit(parsed, output, network.TestingOperations() * Evaluation.BatchSize, begun);
}
