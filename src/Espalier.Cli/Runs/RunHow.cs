using Espalier.Lab.Stages;
using Espalier.Training;

namespace Espalier.Cli.Runs;

/// <summary>How a plan is run.</summary>
/// <param name="Store">Folder of the store.</param>
/// <param name="Data">Where data sets are looked for; null for the usual place.</param>
/// <param name="Workers">Trainings side by side.</param>
/// <param name="Threads">Threads of each.</param>
/// <param name="Devices">Where to compute: workers are spread over them.</param>
/// <param name="KeepFailed">Whether stages that failed before are left alone.</param>
/// <param name="Quiet">Whether to show no progress.</param>
internal sealed record RunHow(
    string Store,
    string? Data,
    int Workers,
    int Threads,
    IReadOnlyList<string> Devices,
    bool KeepFailed,
    bool Quiet
)
{
    /// <summary>Where a user's own images lie; null where they are none.</summary>
    public ImagePlace? Images { get; init; }

    /// <summary>Processes that share every training of a worker.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>The ranks that a launcher started, in which this process does the stages itself; null where worker processes do.</summary>
    public LaunchedRun? Launched { get; init; }

    /// <summary>How often trainings save themselves in the middle of an epoch.</summary>
    public TimeSpan SaveEvery { get; init; } = MidEpochSaves.Usual;

    /// <summary>What workers have in their environment beside this program's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether workers compute on GPUs.</summary>
    public bool IsOnGpus => Devices[0] != "cpu";
}
