using System.Text.Json.Serialization;

namespace Espalier.Lab.Findings;

/// <summary>What was run.</summary>
/// <param name="Name">Preset or file it came from: <c>table5</c>, <c>my-grid</c>.</param>
/// <param name="Tables">Numbers of the paper's tables that show the same cells; empty for a grid of one's own.</param>
/// <param name="Command">The command line that repeats it, without machine paths.</param>
/// <param name="Models">Networks.</param>
/// <param name="DataSet">Images.</param>
/// <param name="Seeds">Seeds.</param>
/// <param name="Settings">Every option in force, in the order to be shown: name and value.</param>
/// <param name="Deviations">Each way in which this is not what the paper's text says: other data, other network, shorter schedule, options
/// of the released code.</param>
/// <param name="Scale">Factor on all numbers of epochs; 1 is the full schedule.</param>
/// <param name="Machines">Processor or device, cores and libraries of the machines that worked on it.</param>
/// <param name="Stages">Stages in all.</param>
/// <param name="Done">Stages finished.</param>
/// <param name="Failures">Stages that failed: what, and why.</param>
public sealed record RunDescription(
    string Name,
    IReadOnlyList<int> Tables,
    string Command,
    IReadOnlyList<string> Models,
    string DataSet,
    IReadOnlyList<long> Seeds,
    IReadOnlyList<KeyValuePair<string, string>> Settings,
    IReadOnlyList<Deviation> Deviations,
    double Scale,
    IReadOnlyList<string> Machines,
    int Stages,
    int Done,
    IReadOnlyList<StageFailure> Failures
)
{
    /// <summary>
    /// What finished stages were computed on, where that was not one kind of device: GPUs by name, or <c>CPU</c>; null where it was.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? MixedDevices { get; init; }

    /// <summary>Whether every stage is finished.</summary>
    public bool IsFinished => Done == Stages;
}
