using Espalier.Networks;

namespace Espalier.Reports.Figures;

/// <summary>Where the lines between a network's nodes run, whose rows lie one below the other.</summary>
internal static class NetworkLanes
{
    /// <summary>
    /// Who reads whom, and beside how many others the way passes: lane 0 leads to the next row, short ways pass close by.
    /// </summary>
    public static (int From, int To, int Lane)[] Of(Network network)
    {
        (int From, int To)[] all =
        [
            .. network.Nodes.SelectMany((node, i) => node.Inputs.Select(input => (input, i))).OrderBy(way => way.i - way.input),
        ];
        var taken = new List<List<(int From, int To)>>();
        var ways = new List<(int, int, int)>();
        foreach ((int from, int to) in all)
        {
            if (to == from + 1)
            {
                ways.Add((from, to, 0));
                continue;
            }
            int lane = taken.FindIndex(others => others.TrueForAll(other => to <= other.From || from >= other.To));
            if (lane < 0)
            {
                lane = taken.Count;
                taken.Add([]);
            }
            taken[lane].Add((from, to));
            ways.Add((from, to, lane + 1));
        }
        return [.. ways];
    }
}
