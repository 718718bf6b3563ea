using Espalier.Reports.Drawing;

namespace Espalier.Reports.Charts;

/// <summary>One measured point.</summary>
/// <param name="X">In the panel's units.</param>
/// <param name="Y">Likewise.</param>
/// <param name="Low">Lower end of its error bar; NaN for none.</param>
/// <param name="High">Upper end.</param>
/// <param name="Tip">Its numbers in words, shown where the pointer rests.</param>
public readonly record struct Datum(double X, double Y, double Low = double.NaN, double High = double.NaN, string? Tip = null);

/// <summary>Something drawn in a panel, in its units.</summary>
public abstract record Mark
{
    private protected Mark() { }
}

/// <summary>Points of one kind, joined by a line in their order or not.</summary>
/// <param name="Style">Look.</param>
/// <param name="Data">Points; those that are not numbers break nothing, they are left out.</param>
/// <param name="Joined">Whether a line joins them.</param>
/// <param name="Every">A marker at every n-th point, from <paramref name="Offset"/>; 0 for none.</param>
/// <param name="Offset">Of the first marker.</param>
/// <param name="Dodge">Shift to the right in figure units, so that error bars at one place stay apart.</param>
public sealed record Series(Style Style, IReadOnlyList<Datum> Data, bool Joined = true, int Every = 1, int Offset = 0, double Dodge = 0)
    : Mark
{
    /// <summary>Whether its points are small, as those of single seeds under their mean.</summary>
    internal bool IsSmall { get; init; }
}

/// <summary>A line across the panel at some y.</summary>
internal sealed record AcrossAt(double Y, Pen Pen, string? Of = null) : Mark;

/// <summary>A line from bottom to top at some x.</summary>
internal sealed record UpAt(double X, Pen Pen) : Mark;

/// <summary>A straight line between two points.</summary>
internal sealed record Join(double X1, double Y1, double X2, double Y2, Pen Pen, string? Of = null) : Mark;

/// <summary>A filled rectangle with a text right of it.</summary>
internal sealed record Block(double X1, double Y1, double X2, double Y2, Paint Fill, string Text) : Mark;

/// <summary>A bar from 0 to the right, between two heights.</summary>
internal sealed record Bar(double X, double Y1, double Y2, Style Style, string Tip) : Mark;

/// <summary>A filled shape without a line around it.</summary>
internal sealed record Area(IReadOnlyList<(double X, double Y)> Corners, Paint Fill) : Mark;

/// <summary>Equal cells that fill the panel.</summary>
internal sealed record Cells(IReadOnlyList<IReadOnlyList<Paint>> Paints, string Tip) : Mark;

/// <summary>One pair of axes with what is drawn between them.</summary>
/// <param name="Title">Above it; empty for none.</param>
/// <param name="X">To the right.</param>
/// <param name="Y">Upwards.</param>
/// <param name="Marks">In drawing order.</param>
public sealed record Panel(string Title, Axis X, Axis Y, IReadOnlyList<Mark> Marks);
