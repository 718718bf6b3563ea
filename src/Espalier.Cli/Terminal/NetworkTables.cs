using Espalier.Weights;

namespace Espalier.Cli.Terminal;

/// <summary>A network and its groups as tables.</summary>
internal static class NetworkTables
{
    private const int Listed = 4;

    private static readonly string[] s_zeros = ["zeros"],
        s_groups = ["group", "units", "in blocks", "moves with", "written by", "read by", "tied by", "matched at"],
        s_arrays = ["array", "network", "file", "what is wrong", "nearest"];

    public static void Print(Output output, NetworkFacts facts)
    {
        bool counted = facts.Nodes.Any(node => node.Zeros is not null);
        TextTable.Print(
            output,
            ["node", "operation", "reads", "output", "parameters", .. counted ? s_zeros : [], "flops", "groups"],
            facts.Nodes.Select(node =>
                (string[])
                    [
                        node.Name,
                        node.Operation,
                        Some(node.Reads),
                        node.Output,
                        $"{node.Parameters:N0}",
                        .. node.Zeros is { } zeros ? [$"{zeros:N0}"] : Array.Empty<string>(),
                        $"{node.Flops:N0}",
                        Some(node.Groups),
                    ]
            )
        );
        TextTable.Print(
            output,
            s_groups,
            facts.Groups.Select(group =>
                (string[])
                    [
                        group.Name,
                        $"{group.Units}",
                        group.Blocks > 1 ? $"{group.Blocks}" : "",
                        Some(group.MovesWith),
                        Some(group.WrittenBy),
                        Some(group.ReadBy),
                        Some(group.TiedBy),
                        group.SeenAt.Count == 0 ? "" : group.SeenAt[^1],
                    ]
            )
        );
        output.Line(
            $"{facts.Name}, fingerprint {facts.Fingerprint}: images {facts.Input}, {Counted.Of(facts.Classes, "class", "classes")}, "
                + $"{facts.Parameters:N0} parameters, {facts.Flops:N0} floating-point operations an image, "
                + $"{Counted.Of(facts.Groups.Count, "group")} of units that can be permuted."
        );
    }

    public static void Print(Output output, WeightsFit fit) =>
        TextTable.Print(
            output,
            s_arrays,
            fit.Arrays.Where(array => array.Kind != ArrayFitKind.Fits)
                .Select(array =>
                    (string[])
                        [
                            array.Name,
                            array.Expected is null ? "" : string.Join("x", array.Expected),
                            array.Found is null ? "" : string.Join("x", array.Found),
                            array.Kind switch
                            {
                                ArrayFitKind.Missing => "missing in the file",
                                ArrayFitKind.TooMuch => "unknown to the network",
                                _ => "another shape",
                            },
                            array.Nearest ?? "",
                        ]
                )
        );

    private static string Some(IReadOnlyList<string> names) =>
        names.Count <= Listed
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(Listed - 1))} and {names.Count - Listed + 1} more";
}
