namespace Espalier.Data;

/// <summary>The training or the test images of a packed file, as files.</summary>
/// <param name="packed">It.</param>
/// <param name="images">Of one part.</param>
internal sealed class PackedFiles(PackedFile packed, IReadOnlyList<PackedImage> images) : ImageFiles
{
    /// <inheritdoc/>
    public override ReadOnlyMemory<int> Labels { get; } = images.Select(one => one.Label).ToArray();

    /// <inheritdoc/>
    public override string PathOf(int image) => $"{packed.Path}:{images[image].Name}";

    /// <inheritdoc/>
    public override string? NameOf(int image) => $"{images[image].Name} {images[image].SourceLength} {images[image].Checksum:x8}";

    /// <inheritdoc/>
    public override RentedBytes Read(int image) => packed.Image(images[image]);
}
