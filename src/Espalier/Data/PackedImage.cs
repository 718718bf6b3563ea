namespace Espalier.Data;

/// <summary>An image in a file of packed ones.</summary>
/// <param name="Name">Of the file that it comes from.</param>
/// <param name="SourceLength">Bytes of that file.</param>
/// <param name="Label">Its class.</param>
/// <param name="Offset">Where its bytes begin.</param>
/// <param name="Length">How many.</param>
/// <param name="Checksum">CRC-32 of them.</param>
internal readonly record struct PackedImage(string Name, long SourceLength, int Label, long Offset, int Length, uint Checksum);
