using System.Globalization;
using System.Security;
using System.Text;
using Espalier.Networks;

namespace Espalier.Cli.Terminal;

/// <summary>A network's graph as SVG: nodes from top to bottom in the order of what they wait for, each with the colours of the groups that
/// its channels belong to, grey where they cannot be permuted.</summary>
internal static class NetworkPicture
{
    private const int Wide = 230,
        High = 44,
        Gap = 20;

    public static string Svg(Network network)
    {
        PermutationGroups groups = PermutationGroups.Of(network);
        (int Row, int Lane)[] places = Places(network);
        int width = (places.Max(place => place.Lane) + 1) * (Wide + Gap) + Gap,
            height = (places.Max(place => place.Row) + 1) * (High + Gap) + Gap;
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" """
        );
        svg.Append("""font-family="sans-serif" font-size="11">""").Append('\n');
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Escaped($"{network}")}</title>\n");
        svg.Append("""<rect width="100%" height="100%" fill="#ffffff"/>""").Append('\n');
        for (int i = 0; i < places.Length; i++)
            foreach (int input in network.Nodes[i].Inputs)
                svg.Append(Line(places[input], places[i]));
        for (int i = 0; i < places.Length; i++)
            svg.Append(Node(network, groups, i, places[i]));
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Rows by the longest way from the images; in a row, the lane of the first input if it is free.</summary>
    private static (int, int)[] Places(Network network)
    {
        var places = new (int Row, int Lane)[network.Nodes.Count];
        var taken = new HashSet<(int, int)>();
        for (int i = 0; i < places.Length; i++)
        {
            IReadOnlyList<int> inputs = network.Nodes[i].Inputs;
            int row = inputs.Count == 0 ? 0 : inputs.Max(input => places[input].Row) + 1,
                lane = inputs.Count == 0 ? 0 : inputs.Min(input => places[input].Lane);
            while (!taken.Add((row, lane)))
                lane++;
            places[i] = (row, lane);
        }
        return places;
    }

    private static string Line((int Row, int Lane) from, (int Row, int Lane) to)
    {
        (int x1, int y1, int x2, int y2) = (X(from.Lane) + Wide / 2, Y(from.Row) + High, X(to.Lane) + Wide / 2, Y(to.Row));
        int bend = Math.Max(Gap, (y2 - y1) / 2),
            aside = 0;
        // A long way passes beside what lies between.
        if (to.Row - from.Row > 1 && from.Lane == to.Lane)
            (x1, y1, x2, y2, bend, aside) = (x1 + Wide / 2, y1 - High / 2, x2 + Wide / 2, y2 + High / 2, 0, Gap);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""<path d="M{x1} {y1} C{x1 + aside} {y1 + bend} {x2 + aside} {y2 - bend} {x2} {y2}" fill="none" stroke="#999999"/>{"\n"}"""
        );
    }

    private static string Node(Network network, PermutationGroups groups, int i, (int Row, int Lane) place)
    {
        (int x, int y) = (X(place.Lane), Y(place.Row));
        Node node = network.Nodes[i];
        Axis axis = groups.AxisOf(i);
        var svg = new StringBuilder();
        string names = string.Join(
            ", ",
            axis.Segments.Where(run => run.Group >= 0).Select(run => groups.Groups[run.Group].Name).Distinct()
        );
        string hover = $"{node.Name}: {network.Describe(i)} → {network.Shapes[i]}{(names.Length > 0 ? $"; groups {names}" : "")}";
        svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Escaped(hover)}</title>");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<rect x="{x}" y="{y}" width="{Wide}" height="{High}" rx="4" fill="#ffffff" stroke="#666666"/>"""
        );
        double at = x + 1;
        foreach (AxisSegment run in axis.Segments)
        {
            double part = (Wide - 2.0) * run.Features / axis.Features;
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""<rect x="{at:0.#}" y="{y + High - 9}" width="{part:0.#}" height="8" fill="{Colour(run.Group)}"/>"""
            );
            at += part;
        }
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{x + 6}" y="{y + 14}" fill="#111111">{Escaped(Cut(node.Name))}</text>""");
        string what = $"{node.Operation.Describe().Split(' ')[0]}  {network.Shapes[i]}";
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{x + 6}" y="{y + 28}" fill="#555555">{Escaped(what)}</text>""");
        return svg.Append("</g>\n").ToString();
    }

    /// <summary>Hues a golden angle apart, so that neighbours differ.</summary>
    private static string Colour(int group) =>
        group < 0
            ? "#cccccc"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"hsl({group * 137.508 % 360:0},{55 + group / 7 % 3 * 15}%,{48 + group / 3 % 3 * 9}%)"
            );

    private static string Cut(string name) => name.Length <= 36 ? name : "…" + name[^35..];

    private static string Escaped(string text) => SecurityElement.Escape(text)!;

    private static int X(int lane) => Gap + lane * (Wide + Gap);

    private static int Y(int row) => Gap + row * (High + Gap);
}
