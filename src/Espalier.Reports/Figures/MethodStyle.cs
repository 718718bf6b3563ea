using Espalier.Lab.Design;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>How the line of a method looks, the same in every figure.</summary>
internal static class MethodStyle
{
    private static readonly Dictionary<string, Style> Known = new()
    {
        [Methods.Lth.Name] = new("", Paint.Blue, MarkerShape.Circle, Dash.Solid, 2),
        [Methods.Permuted.Name] = new("", Paint.Green, MarkerShape.Square, Dash.Solid, 2),
        [Methods.Naive.Name] = new("", Paint.Orange, MarkerShape.Triangle, Dash.Solid, 2),
        [Methods.ShuffledUnits.Name] = new("", Paint.Sky, MarkerShape.Diamond, Dash.Dashed, 1.3),
        [Methods.ShuffledLayer.Name] = new("", Paint.Purple, MarkerShape.Wedge, Dash.DashDot, 1.3),
        [Methods.ErkRandom.Name] = new("", Paint.Vermillion, MarkerShape.Cross, Dash.ShortDash, 1.3),
        [Methods.BImp.Name] = new("", Paint.Black, MarkerShape.Plus, Dash.LongDash, 1.3),
        [Methods.Imp.Name] = new("", Paint.Grey, MarkerShape.Circle, Dash.Dotted, 1.5, hollow: true),
    };

    /// <summary>For methods of one's own: hollow, and in colours that none of the paper's methods has.</summary>
    private static readonly Style[] Own =
    [
        new("", Paint.Purple, MarkerShape.Square, Dash.Dotted, 1.3, hollow: true),
        new("", Paint.Vermillion, MarkerShape.Diamond, Dash.LongDash, 1.3, hollow: true),
        new("", Paint.Sky, MarkerShape.Triangle, Dash.DashDot, 1.3, hollow: true),
        new("", Paint.Black, MarkerShape.Circle, Dash.ShortDash, 1.3, hollow: true),
        new("", Paint.Grey, MarkerShape.Wedge, Dash.Dashed, 1.3, hollow: true),
        new("", Paint.Purple, MarkerShape.Diamond, Dash.Dotted, 1.3, hollow: true),
        new("", Paint.Vermillion, MarkerShape.Square, Dash.Dashed, 1.3, hollow: true),
        new("", Paint.Sky, MarkerShape.Circle, Dash.LongDash, 1.3, hollow: true),
        new("", Paint.Black, MarkerShape.Triangle, Dash.ShortDash, 1.3, hollow: true),
        new("", Paint.Grey, MarkerShape.Square, Dash.DashDot, 1.3, hollow: true),
        new("", Paint.Purple, MarkerShape.Wedge, Dash.LongDash, 1.3, hollow: true),
        new("", Paint.Vermillion, MarkerShape.Triangle, Dash.Dotted, 1.3, hollow: true),
    ];

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
}
