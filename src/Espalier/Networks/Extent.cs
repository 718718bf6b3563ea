using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Networks;

/// <summary>Rows and columns of a kernel, a step or a border. A whole number stands for as many of both; files write it as one, or as a
/// list of two.</summary>
/// <param name="Height">Along rows.</param>
/// <param name="Width">Along columns.</param>
[JsonConverter(typeof(ExtentConverter))]
public readonly record struct Extent(int Height, int Width)
{
    private readonly bool _given = true;

    /// <summary>As many rows as columns.</summary>
    public static implicit operator Extent(int size) => new(size, size);

    /// <summary>As libtorch takes it.</summary>
    internal long[] Sizes => [Height, Width];

    /// <summary>This, or where a constructor was not given any, what is usual.</summary>
    internal Extent Or(int usual) => _given ? this : usual;

    /// <summary>Such as <c>3</c> or <c>3x5</c>.</summary>
    public override string ToString() =>
        Height == Width ? Height.ToString(CultureInfo.InvariantCulture) : FormattableString.Invariant($"{Height}x{Width}");
}

/// <summary>Writes an extent as files have it. They are read by <see cref="NetworkReader"/>.</summary>
internal sealed class ExtentConverter : JsonConverter<Extent>
{
    /// <inheritdoc/>
    public override Extent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("descriptions are read by their own reader");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Extent value, JsonSerializerOptions options)
    {
        if (value.Height == value.Width)
        {
            writer.WriteNumberValue(value.Height);
            return;
        }
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Height);
        writer.WriteNumberValue(value.Width);
        writer.WriteEndArray();
    }
}
