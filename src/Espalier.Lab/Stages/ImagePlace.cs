using Espalier.Data;

namespace Espalier.Lab.Stages;

/// <summary>Where a user's own images lie now: the runner's business, and no part of what a grid or a stage is.</summary>
/// <param name="Name">As <see cref="OwnImages.Open"/> takes it: <c>folder:DIR</c> or <c>arrays:FILE</c>.</param>
/// <param name="Decoder">Decodes files of a folder.</param>
public sealed record ImagePlace(string Name, IImageDecoder Decoder);
