using System.Text.Json.Serialization;
using Espalier.Runtime.Gpu;

namespace Espalier.Lab.Engine.Store;

/// <summary>Who made an artefact and how long it took; none of it enters the artefact's name.</summary>
/// <param name="Code">Version of this library.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="TorchSharp">Version of the tensor library's binding.</param>
/// <param name="Libtorch">Version of the native tensor library.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="Device">Where it was computed.</param>
/// <param name="Threads">Threads of the computation.</param>
/// <param name="Started">When the work that ended in this artefact began, UTC.</param>
/// <param name="Ended">When it ended, UTC.</param>
/// <param name="Seconds">Time computed, over all attempts.</param>
public sealed record Provenance(
    string Code,
    string Runtime,
    string TorchSharp,
    string Libtorch,
    string Processor,
    string Device,
    int Threads,
    DateTimeOffset Started,
    DateTimeOffset Ended,
    double Seconds
)
{
    /// <summary>Processes that trained it together, each with as many threads; null for one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Ranks { get; init; }

    /// <summary>The GPU with its libraries, where the device is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GpuFacts? Gpu { get; init; }
}
