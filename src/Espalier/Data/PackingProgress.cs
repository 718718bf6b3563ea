namespace Espalier.Data;

/// <summary>How far images are packed.</summary>
/// <param name="Done">Images in the file.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Bytes">Bytes of the file.</param>
public sealed record PackingProgress(int Done, int Total, long Bytes);
