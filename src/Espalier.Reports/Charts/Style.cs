using Espalier.Reports.Drawing;

namespace Espalier.Reports.Charts;

/// <summary>Shapes of data points.</summary>
internal enum MarkerShape
{
    Circle,
    Square,
    Triangle,
    Wedge,
    Diamond,
    Plus,
    Cross,
}

/// <summary>How a line and its points look; colour, marker and dash differ together, so that any one of them is enough.</summary>
public sealed record Style
{
    internal Style(string label, Paint paint, MarkerShape marker, Dash dash, double width = 1.6, bool hollow = false) =>
        (Label, Paint, Marker, Dash, Width, Hollow) = (label, paint, marker, dash, width, hollow);

    private static readonly Style[] Cycle =
    [
        new("", Paint.Blue, MarkerShape.Circle, Dash.Solid),
        new("", Paint.Vermillion, MarkerShape.Triangle, Dash.Dashed),
        new("", Paint.Green, MarkerShape.Square, Dash.DashDot),
        new("", Paint.Purple, MarkerShape.Diamond, Dash.LongDash),
        new("", Paint.Orange, MarkerShape.Wedge, Dash.ShortDash),
        new("", Paint.Sky, MarkerShape.Plus, Dash.Dotted),
        new("", Paint.Black, MarkerShape.Cross, Dash.Solid),
        new("", Paint.Grey, MarkerShape.Circle, Dash.Dashed),
    ];

    /// <summary>What it stands for, in legends.</summary>
    public string Label { get; init; }

    internal Paint Paint { get; init; }

    internal MarkerShape Marker { get; init; }

    internal Dash Dash { get; init; }

    internal double Width { get; init; }

    internal bool Hollow { get; init; }

    /// <summary>Whether its points are large and rimmed, to be seen on any colour.</summary>
    internal bool IsLarge { get; init; }

    /// <summary>The dashed line of the dense networks, as in the paper's figures.</summary>
    public static Style Dense { get; } = new("dense", Paint.Muted, MarkerShape.Circle, Dash.Dashed, 1.3);

    /// <summary>As the key to a bar: a filled square.</summary>
    internal Style AsSquare() => this with { Marker = MarkerShape.Square, Hollow = false };

    /// <summary>Of the i-th of several things that have no look of their own.</summary>
    public static Style Of(int index, string label) => Cycle[index % Cycle.Length] with { Label = label, Hollow = index >= Cycle.Length };
}
