using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Collectives;
using Espalier.Training;
using TorchSharp;

namespace Espalier.Cli.Runs;

/// <summary>
/// The ranks that this process is one of: those that a launcher started, those that it started itself, or itself alone. Rank 0 alone
/// prints; another speaks where it alone knows what is wrong.
/// </summary>
internal sealed class RankWorld : IDisposable
{
    private readonly Output _output;
    private readonly StartedRanks? _started;
    private readonly RankPlace? _place;

    private RankWorld(Output output, RankPlace? place, StartedRanks? started, ICollective host, Func<int, IReadOnlyList<torch.Device>> find)
    {
        (_output, _place, _started, Ranks) = (output, place, started, host);
        try
        {
            if (Rank > 0)
                output.Mute();
            LocalSize = place?.LocalSize ?? Size;
            Device = host.All(() => Own(find(Size)));
            if (Device.type == DeviceType.CUDA && Size > 1)
                Ranks = NcclCollective.Between(host, Device);
        }
        catch (Exception fault)
        {
            Tell(fault);
            throw;
        }
    }

    /// <summary>All of them.</summary>
    public ICollective Ranks { get; }

    /// <summary>This one's number.</summary>
    public int Rank => Ranks.Rank;

    /// <summary>How many there are.</summary>
    public int Size => Ranks.Size;

    /// <summary>How many are on this machine, and share its cores.</summary>
    public int LocalSize { get; } = 1;

    /// <summary>Where this one computes.</summary>
    public torch.Device Device { get; } = torch.CPU;

    /// <summary>Whether mpirun or srun started it.</summary>
    private bool IsLaunched => _place is { Folder: null };

    /// <summary>Where a launcher, or another rank, put this process; null where it is alone until it starts others.</summary>
    /// <param name="asked"><c>--ranks</c>; 1 means alone whoever started it.</param>
    public static RankPlace? PlaceOf(int? asked) => RankPlace.FromVariable() ?? (asked == 1 ? null : RankPlace.FromEnvironment());

    /// <summary>Meets the other ranks, which are started first where nobody did.</summary>
    /// <param name="output">Rank 0's alone from here on.</param>
    /// <param name="parsed">The command line: the others'.</param>
    /// <param name="asked"><c>--ranks</c>.</param>
    /// <param name="place">Of <see cref="PlaceOf"/>.</param>
    /// <param name="find">Finds the devices that so many ranks share.</param>
    /// <exception cref="InputException">They do not come, or another program, other options or no device is there.</exception>
    public static RankWorld Enter(
        Output output,
        ParseResult parsed,
        int? asked,
        RankPlace? place,
        Func<int, IReadOnlyList<torch.Device>> find
    )
    {
        string[] words = [.. parsed.Tokens.Select(token => token.Value)];
        int size = place?.Size ?? asked ?? 1;
        StartedRanks? started = place is null && size > 1 ? new StartedRanks(size, words) : null;
        ICollective? host = null;
        try
        {
            host =
                started is not null ? started.Join()
                : place is not null ? place.Join()
                : Alone.Here;
            host.MustAgree(
                $"{typeof(Trainer).Module.ModuleVersionId}{typeof(RankWorld).Module.ModuleVersionId}",
                "another version of the program",
                "the same on all ranks"
            );
            host.All(() => MustBeSoMany(asked, size));
            host.MustAgree(string.Join('\n', words), "other options", "the same command line on all ranks");
            return new RankWorld(output, place, started, host, find);
        }
        catch (Exception fault)
        {
            if (fault is SharedRefusalException && host is { Rank: > 0 })
                output.Mute();
            host?.Dispose();
            started?.Dispose();
            throw;
        }
    }

    private static void MustBeSoMany(int? asked, int size)
    {
        if (asked is { } wanted && wanted != size)
            throw new InputException(
                $"{RankOption.Name} {wanted} was asked for, and this process was started as one of {size} ranks; expected as many, or 1"
                    + " for each of them alone."
            );
    }

    /// <summary>Does a command that trains, on all ranks.</summary>
    /// <param name="output">Rank 0's alone from here on.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">How it computes.</param>
    /// <param name="work">Every rank's.</param>
    public static void Run(Output output, ParseResult parsed, RunOptions run, Action<RankWorld> work)
    {
        int? asked = RankOption.Read(parsed, run.Ranks);
        RankPlace? place = PlaceOf(asked);
        using RankWorld world = Enter(output, parsed, asked, place, size => run.Apply(parsed, size, place?.LocalSize ?? size));
        try
        {
            work(world);
        }
        catch (Exception fault)
        {
            world.Tell(fault);
            throw;
        }
    }

    /// <summary>Tells the others of a fault that they do not know of: they would wait for this rank.</summary>
    public void Tell(Exception fault)
    {
        if (Size == 1 || fault is SharedRefusalException or OperationCanceledException)
            return;
        string sentence = fault is InputException ? fault.Message : $"Internal failure, please report it: {fault}";
        if (IsLaunched) // the end of this process too: what there is to say is said first
        {
            if (Rank > 0 && fault is not BrokenRanksException)
            {
                _output.Unmute();
                sentence = $"Rank {Rank} of {Size}: {sentence}";
            }
            _output.Error(sentence);
        }
        Ranks.Abort(Rank == 0 || fault is BrokenRanksException ? sentence : $"Rank {Rank} of {Size}: {sentence}");
    }

    /// <summary>On GPUs each rank of a machine has its own; without NCCL ranks may share them.</summary>
    private torch.Device Own(IReadOnlyList<torch.Device> devices)
    {
        if (devices[0].type != DeviceType.CUDA || Size == 1)
            return devices[0];
        // Where a launcher shows every rank its own GPU alone, that is the one.
        if (devices.Count < LocalSize && !(IsLaunched && devices.Count == 1) && !NcclCollective.IsRefused)
            throw new InputException(
                $"{Counted.Of(LocalSize, "rank")} of this machine need a GPU each, and there are {devices.Count}; expected fewer"
                    + $" ranks, --device cpu, or {NcclCollective.Variable}=none, with which ranks share GPUs and sums go by way of the"
                    + " host."
            );
        return devices[(_place?.LocalRank ?? 0) % devices.Count];
    }

    public void Dispose()
    {
        Ranks.Dispose();
        _started?.Dispose();
    }
}
