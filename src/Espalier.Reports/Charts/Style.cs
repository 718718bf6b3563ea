using Espalier.Lab.Design;
using Espalier.Reports.Analysis;
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
internal sealed record Style(string Label, Paint Paint, MarkerShape Marker, Dash Dash, double Width = 1.6, bool Hollow = false)
{
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

    private static readonly Dictionary<string, Style> Known = new()
    {
        [Methods.Lth.Name] = new("", Paint.Blue, MarkerShape.Circle, Dash.Solid, 2),
        [Methods.Permuted.Name] = new("", Paint.Green, MarkerShape.Square, Dash.Solid, 2),
        [Methods.Naive.Name] = new("", Paint.Orange, MarkerShape.Triangle, Dash.Solid, 2),
        [Methods.ShuffledUnits.Name] = new("", Paint.Sky, MarkerShape.Diamond, Dash.Dashed, 1.3),
        [Methods.ShuffledLayer.Name] = new("", Paint.Purple, MarkerShape.Wedge, Dash.DashDot, 1.3),
        [Methods.ErkRandom.Name] = new("", Paint.Vermillion, MarkerShape.Cross, Dash.ShortDash, 1.3),
        [Methods.BImp.Name] = new("", Paint.Black, MarkerShape.Plus, Dash.LongDash, 1.3),
        [Methods.Imp.Name] = new("", Paint.Grey, MarkerShape.Circle, Dash.Dotted, 1.5, Hollow: true),
    };

    /// <summary>For methods of one's own: hollow, and in colours that none of the paper's methods has.</summary>
    private static readonly Style[] Own =
    [
        new("", Paint.Purple, MarkerShape.Square, Dash.Dotted, 1.3, Hollow: true),
        new("", Paint.Vermillion, MarkerShape.Diamond, Dash.LongDash, 1.3, Hollow: true),
        new("", Paint.Sky, MarkerShape.Triangle, Dash.DashDot, 1.3, Hollow: true),
        new("", Paint.Black, MarkerShape.Circle, Dash.ShortDash, 1.3, Hollow: true),
        new("", Paint.Grey, MarkerShape.Wedge, Dash.Dashed, 1.3, Hollow: true),
        new("", Paint.Purple, MarkerShape.Diamond, Dash.Dotted, 1.3, Hollow: true),
        new("", Paint.Vermillion, MarkerShape.Square, Dash.Dashed, 1.3, Hollow: true),
        new("", Paint.Sky, MarkerShape.Circle, Dash.LongDash, 1.3, Hollow: true),
        new("", Paint.Black, MarkerShape.Triangle, Dash.ShortDash, 1.3, Hollow: true),
        new("", Paint.Grey, MarkerShape.Square, Dash.DashDot, 1.3, Hollow: true),
        new("", Paint.Purple, MarkerShape.Wedge, Dash.LongDash, 1.3, Hollow: true),
        new("", Paint.Vermillion, MarkerShape.Triangle, Dash.Dotted, 1.3, Hollow: true),
    ];

    /// <summary>The dashed line of the dense networks, as in the paper's figures.</summary>
    public static Style Dense { get; } = new("dense", Paint.Muted, MarkerShape.Circle, Dash.Dashed, 1.3);

    /// <summary>
    /// Of a method; <paramref name="methods"/> are all that are shown with it, so that methods of one's own differ from each other.
    /// </summary>
    public static Style Of(string method, IReadOnlyList<string> methods, RunMethods names)
    {
        if (Known.TryGetValue(method, out Style? style))
            return style with { Label = names.Label(method) };
        int index = methods.Where(name => !Known.ContainsKey(name)).ToList().IndexOf(method);
        return Own[Math.Max(0, index) % Own.Length] with { Label = names.Label(method) };
    }

    /// <summary>Of the i-th of several things that have no look of their own.</summary>
    public static Style Of(int index, string label) => Cycle[index % Cycle.Length] with { Label = label, Hollow = index >= Cycle.Length };
}
