using System.Text;

namespace Espalier.Data;

/// <summary>What a file of packed images holds.</summary>
/// <param name="Side">Pixels that a shorter side has at most.</param>
/// <param name="Quality">Of the JPEGs that were made smaller.</param>
/// <param name="Classes">Names of the classes.</param>
/// <param name="Train">Training images in their order.</param>
/// <param name="Test">Test images in theirs.</param>
internal sealed record PackedContent(
    int Side,
    int Quality,
    IReadOnlyList<string> Classes,
    IReadOnlyList<PackedImage> Train,
    IReadOnlyList<PackedImage> Test
)
{
    /// <summary>Images of both parts.</summary>
    public int Count => Train.Count + Test.Count;

    /// <summary>What became of images that were made smaller; null where all went in byte for byte.</summary>
    public string? Packing =>
        Train.Concat(Test).Any(image => image.Length != image.SourceLength) ? $"{Side} pixels, JPEG quality {Quality}" : null;

    /// <summary>As bytes.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Side);
            writer.Write(Quality);
            writer.Write(Classes.Count);
            foreach (string name in Classes)
                writer.Write(name);
            foreach (IReadOnlyList<PackedImage> part in new[] { Train, Test })
            {
                writer.Write(part.Count);
                foreach (PackedImage image in part)
                {
                    writer.Write(image.Name);
                    writer.Write(image.SourceLength);
                    writer.Write(image.Label);
                    writer.Write(image.Offset);
                    writer.Write(image.Length);
                    writer.Write(image.Checksum);
                }
            }
        }
        return bytes.ToArray();
    }

    /// <summary>From bytes.</summary>
    /// <exception cref="IOException">They end early.</exception>
    /// <exception cref="FormatException">They are something else.</exception>
    public static PackedContent Of(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        int side = reader.ReadInt32(),
            quality = reader.ReadInt32();
        var classes = new List<string>();
        for (int left = reader.ReadInt32(); left > 0; left--)
            classes.Add(reader.ReadString());
        return new PackedContent(side, quality, classes, Part(reader), Part(reader));
    }

    private static List<PackedImage> Part(BinaryReader reader)
    {
        var images = new List<PackedImage>();
        for (int left = reader.ReadInt32(); left > 0; left--)
            images.Add(
                new PackedImage(
                    reader.ReadString(),
                    reader.ReadInt64(),
                    reader.ReadInt32(),
                    reader.ReadInt64(),
                    reader.ReadInt32(),
                    reader.ReadUInt32()
                )
            );
        return images;
    }
}
