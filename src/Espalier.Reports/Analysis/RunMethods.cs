using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Pruning;

namespace Espalier.Reports.Analysis;

/// <summary>What the names of a run's methods stand for, and the order they are shown in.</summary>
/// <param name="results">Knows methods of the run's own beside the table's.</param>
internal sealed class RunMethods(RunResults results)
{
    /// <summary>The order of the table, but that each network stands after the bound that it belongs to.</summary>
    private static readonly string[] s_order =
    [
        .. Methods.OfTheLibrary.Except([Methods.BImp, Methods.Dense]).Select(method => method.Name),
        .. new[] { Methods.BImp, Methods.Imp, Methods.Dense, Methods.DenseA, Methods.DenseB }.Select(kind => kind.Name),
    ];

    /// <summary>Whether the method is there to be beaten: a mask that knows less than m does.</summary>
    public bool IsControl(string method) => Of(method)?.Role == MethodRole.Control;

    /// <summary>Whether the method needs no ticket of another network: a mask that B finds for itself.</summary>
    public bool IsBaseline(string method) => Of(method)?.Role == MethodRole.Baseline;

    /// <summary>Whether the method is there to be come close to.</summary>
    public bool IsUpperBound(string method) => method == MethodNames.Lth || Of(method)?.Role == MethodRole.UpperBound;

    /// <summary>Whether the mask is moved by a permutation that was found.</summary>
    public bool IsMoved(string method) => Of(method)?.MovesMask == true;

    /// <summary>
    /// Whether it uses another network's ticket from B's own weights, beside the mask as it is: what may be the best of many.
    /// </summary>
    public bool UsesTicket(string method) =>
        method is not (MethodNames.Lth or MethodNames.Naive) && Of(method)?.Role is MethodRole.Paper or MethodRole.BeyondThePaper;

    /// <summary>Whether its start takes something of the ticket's weights.</summary>
    public bool TakesOfTicket(string method) => Of(method) is { TicketStart: not TicketStart.Own };

    /// <summary>Whether it uses another network's ticket otherwise than as a mask as it is: moves it, or takes of its weights.</summary>
    public bool TransfersTicket(string method) => IsMoved(method) || TakesOfTicket(method);

    /// <summary>Whether it has no name of its own, but one that spells out options.</summary>
    public bool IsVariant(string method) => Of(method)?.IsSpelledOut == true;

    /// <summary>As shown in tables and figures.</summary>
    public string Label(string method) => results.LabelOf(method);

    /// <summary>What its mask is called: <c>m</c> and <c>π(m)</c>, as in the paper, or as the method.</summary>
    public string MaskName(string method) =>
        method switch
        {
            MethodNames.Lth => "m",
            MethodNames.Permuted => "π(m)",
            _ => Label(method),
        };

    /// <summary>One line on what it is; null where nothing is known.</summary>
    public string? Meaning(string method) => results.KindOf(method)?.Meaning;

    /// <summary>Methods of a run whose label is not their name, with what they are: the key to short names.</summary>
    public IReadOnlyList<(string Label, string Meaning)> Key(IEnumerable<string> methods) =>
        [.. Sort(methods).Where(IsVariant).Select(method => (Label(method), Meaning(method)!))];

    /// <summary>
    /// In the order to show: the ticket, ways to move its mask or to take its signs, the mask as it is, controls, baselines, upper bounds,
    /// dense. Methods of the run's own stand last among their kind, those of which nothing is known before the bounds.
    /// </summary>
    public IReadOnlyList<string> Sort(IEnumerable<string> methods) =>
        [.. methods.Distinct().OrderBy(Group).ThenBy(Place).ThenBy(method => method, StringComparer.Ordinal)];

    private Method? Of(string method) => results.KindOf(method) as Method;

    private int Group(string method) =>
        results.KindOf(method) switch
        {
            Method { IsSpelledOut: true } => 2, // other ways to find π stand after the named ones
            Method { MovesMask: true } or Method { TicketStart: TicketStart.Signed } => 1,
            Method { Role: MethodRole.Paper } => method == MethodNames.Lth ? 0 : 3,
            Method { Role: MethodRole.Control } => 4,
            Method { Role: MethodRole.Baseline } => 5,
            null or Method { Role: MethodRole.BeyondThePaper } => 6,
            _ => 7,
        };

    private static int Place(string method)
    {
        int place = Array.IndexOf(s_order, method);
        return place < 0 ? s_order.Length : place;
    }
}
