using System.CommandLine;

namespace Espalier.Cli.Options;

/// <summary><c>--ranks</c>: how many processes share a training.</summary>
internal static class RankOption
{
    public const string Name = "--ranks";

    public static Option<int?> Create() =>
        new(Name)
        {
            Description =
                "Processes that share every training, each with its part of every batch: this command starts them on this machine. Under "
                + "mpirun or srun their number is the launcher's, and 1 means that each is alone. On GPUs, each has one.",
        };

    /// <summary>The number given; null where none is.</summary>
    /// <exception cref="InputException">It is impossible.</exception>
    public static int? Read(ParseResult parsed, Option<int?> ranks) => ProcessCount.Possible(parsed.GetValue(ranks), "rank", Name);
}
