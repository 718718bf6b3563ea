using Espalier.Data;
using Espalier.Runtime;

namespace Espalier.Lab.Stages;

/// <summary>Where a user's own images lie now: the runner's business, and no part of what a grid or a stage is.</summary>
/// <param name="Name">As <see cref="OwnImages.Open"/> takes it: such as <c>folder:DIR</c>.</param>
/// <param name="Decoder">Decodes files of a folder.</param>
public sealed record ImagePlace(string Name, IImageDecoder Decoder)
{
    /// <summary>
    /// Bytes that decoded images may take in the memory of a process; those of a folder that take more are decoded whenever they are
    /// needed. Null for half of what is free.
    /// </summary>
    public long? MostInMemory { get; init; }

    /// <summary>Gets a sentence for every damaged image that is replaced; null for nobody.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>The same for each of several processes on this machine, which share what is free now.</summary>
    public ImagePlace For(int processes) => this with { MostInMemory = MostInMemory ?? FreeMemory.Bytes / 2 / processes };
}
