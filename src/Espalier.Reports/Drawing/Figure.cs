namespace Espalier.Reports.Drawing;

/// <summary>A figure, ready to be drawn.</summary>
public sealed record Figure
{
    internal Figure(string id, string title, string caption, double width, double height, IReadOnlyList<Shape> shapes) =>
        (Id, Title, Caption, Width, Height, Shapes) = (id, title, caption, width, height, shapes);

    /// <summary>File name and anchor: lower-case letters, digits and hyphens.</summary>
    public string Id { get; }

    /// <summary>What it shows, in a few words; drawn at its top.</summary>
    public string Title { get; }

    /// <summary>How to read it, in sentences; shown below it, and its description for those who cannot see it.</summary>
    public string Caption { get; }

    /// <summary>In units of 1/96 inch.</summary>
    public double Width { get; }

    /// <summary>Likewise.</summary>
    public double Height { get; }

    /// <summary>What it shows, as lines of comma-separated values under one line of names.</summary>
    internal string Data { get; init; } = "";

    /// <summary>In drawing order.</summary>
    internal IReadOnlyList<Shape> Shapes { get; }

    /// <summary>The same laid out for a page as narrow as a phone's, its texts no smaller; null where it fits there as it is.</summary>
    internal Figure? Narrow { get; init; }
}
