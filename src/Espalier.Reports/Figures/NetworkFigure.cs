using Espalier.Networks;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Axis = Espalier.Networks.Axis;
using Shape = Espalier.Reports.Drawing.Shape;

namespace Espalier.Reports.Figures;

/// <summary>
/// A network's graph: a row a node in their order, joined where one reads the other, with the groups that its channels belong to in
/// colours, grey where they cannot be permuted.
/// </summary>
internal static class NetworkFigure
{
    private const int MostNodes = 250;
    private const double Row = 22,
        Pad = 14,
        TitleSize = 15,
        Size = 11,
        Strip = 40,
        Apart = 6,
        NumberWidth = 26,
        MostLanes = 110,
        Lane = 9,
        Share = 0.5;
    private static readonly Paint[] s_paints = [Paint.Blue, Paint.Orange, Paint.Green, Paint.Purple, Paint.Sky, Paint.Vermillion];

    /// <summary>Of a run's network; null where it is not known, or too large for a page.</summary>
    public static Figure? Of(RunView view, string model) =>
        view.Results.Networks.TryGetValue(model, out Network? network) && IsShown(network)
            ? Of(network, $"network-{view.Slug(model)}", model)
            : null;

    /// <summary>Whether it is small enough for a page.</summary>
    public static bool IsShown(Network network) => network.Nodes.Count <= MostNodes;

    /// <summary>Of any network.</summary>
    public static Figure Of(Network network, string id, string name)
    {
        PermutationGroups groups = PermutationGroups.Of(network);
        return Draw(groups, id, name, PanelGrid.HalfWidth) with
        {
            Narrow = Draw(groups, id + "-narrow", name, PanelGrid.NarrowWidth),
            Data = Lines(groups),
        };
    }

    private static Figure Draw(PermutationGroups groups, string id, string name, double width)
    {
        Network network = groups.Network;
        var shapes = new List<Shape>();
        string title = $"The network: {name}";
        shapes.Add(new Label(new(Pad, Pad + TitleSize), Fonts.Fit(title, width - 2 * Pad, TitleSize, bold: true), TitleSize, Bold: true));
        double top = Pad + TitleSize + 14;
        (int From, int To, int Lane)[] ways = NetworkLanes.Of(network);
        int lanes = ways.Max(way => way.Lane) + 1;
        double apart = Math.Min(Lane, MostLanes / lanes),
            left = Pad + lanes * apart + 6;
        double Middle(int node) => top + (node + 0.5) * Row;
        foreach ((int from, int to, int lane) in ways)
            shapes.Add(
                new Polyline(
                    lane == 0
                        ? [new(left, Middle(from)), new(left, Middle(to))]
                        :
                        [
                            new(left, Middle(from)),
                            new(left - lane * apart, Middle(from) + 5),
                            new(left - lane * apart, Middle(to) - 5),
                            new(left, Middle(to)),
                        ],
                    new Pen(Paint.Muted, 1.1)
                )
            );
        for (int i = 0; i < network.Nodes.Count; i++)
            Node(shapes, groups, i, left, Middle(i), width - Pad);
        return new Figure(
            id,
            title,
            Numbers.Invariant($"{Counted.Of(network.Nodes.Count, "node")} from the images to the class logits, with the shapes that ")
                + "they give out; lines lead from what is read to what reads it. Channels of one colour and number move together: "
                + Numbers.Invariant($"{Counted.Of(groups.Groups.Count, "group")} of units that can be permuted. Grey cannot."),
            width,
            Math.Round(top + network.Nodes.Count * Row + Pad),
            shapes
        );
    }

    private static void Node(List<Shape> shapes, PermutationGroups groups, int i, double left, double middle, double right)
    {
        Network network = groups.Network;
        Node node = network.Nodes[i];
        Axis axis = groups.AxisOf(i);
        double at = left + Apart;
        foreach (AxisSegment run in axis.Segments)
        {
            double part = Strip * run.Features / axis.Features;
            shapes.Add(Box(at, middle - 7, part, 14, run.Group < 0 ? Paint.Grid : s_paints[run.Group % s_paints.Length]));
            at += part;
        }
        string numbers = string.Join(", ", GroupsOf(groups, i).Select(group => Numbers.Invariant($"{group + 1}")));
        string shape = $"{network.Shapes[i]}",
            kind = node.Operation.Describe().Split(' ')[0];
        double number = left + Apart + Strip + 6,
            text = number + NumberWidth,
            room = right - text,
            name = room * Share;
        shapes.Add(Box(left, middle - 10, right - left, 20, Paint.Paper) with { Opacity = 0, Tip = Tip(groups, i) });
        if (numbers.Length > 0)
            shapes.Add(new Label(new(number, middle + 4), Fonts.Fit(numbers, NumberWidth - 4, Size), Size, Paint: Paint.Muted));
        shapes.Add(new Label(new(text, middle + 4), Fonts.Fit(node.Name, name - 6, Size), Size));
        shapes.Add(new Label(new(right, middle + 4), shape, Size, Anchor.End, Paint: Paint.Muted));
        if (Fonts.Width(kind, Size) <= room - name - Fonts.Width(shape, Size) - 10)
            shapes.Add(new Label(new(text + name, middle + 4), kind, Size, Paint: Paint.Muted));
    }

    /// <summary>Those that the channels a node gives out belong to.</summary>
    private static IEnumerable<int> GroupsOf(PermutationGroups groups, int node) =>
        groups.AxisOf(node).Segments.Select(run => run.Group).Where(group => group >= 0).Distinct();

    private static IEnumerable<string> NamesOf(PermutationGroups groups, int node) =>
        GroupsOf(groups, node).Select(group => groups.Groups[group].Name).Distinct();

    private static string Tip(PermutationGroups groups, int i)
    {
        Network network = groups.Network;
        string names = string.Join(", ", NamesOf(groups, i));
        string shared = network.Nodes[i].WeightsOf is { } of ? $", shares weights of '{network.Nodes[of].Name}'" : "";
        return $"{network.Nodes[i].Name}: {network.Nodes[i].Operation.Describe()}{shared} → {network.Shapes[i]}"
            + (names.Length > 0 ? $"; groups {names}" : "");
    }

    private static Polygon Box(double left, double top, double width, double height, Paint fill) =>
        new([new(left, top), new(left + width, top), new(left + width, top + height), new(left, top + height)], fill);

    private static string Lines(PermutationGroups groups)
    {
        Network network = groups.Network;
        var csv = new System.Text.StringBuilder("node,operation,reads,shape,groups\n");
        for (int i = 0; i < network.Nodes.Count; i++)
            Csv.Line(
                csv,
                [
                    network.Nodes[i].Name,
                    network.Nodes[i].Operation.Describe(),
                    string.Join(' ', network.Nodes[i].Inputs.Select(input => network.Nodes[input].Name)),
                    $"{network.Shapes[i]}",
                    string.Join(' ', NamesOf(groups, i)),
                ]
            );
        return csv.ToString();
    }
}
