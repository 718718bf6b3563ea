using Espalier.Networks;
using Espalier.Onnx.Format;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Drafting;

/// <summary>A draft without what nothing reads, its nodes named.</summary>
internal static class Finished
{
    /// <summary>Makes the network.</summary>
    /// <param name="draft">All nodes.</param>
    /// <param name="last">The one that gives the logits.</param>
    /// <param name="name">What to call the network.</param>
    /// <param name="file">The model, for faults.</param>
    /// <returns>The network, and of every node its arrays.</returns>
    public static (Network Network, IReadOnlyList<DraftNode> Nodes) Of(Draft draft, int last, string name, ModelFile file)
    {
        bool[] read = new bool[draft.Nodes.Count];
        read[last] = true;
        for (int i = last; i >= 0; i--)
            foreach (int input in read[i] ? draft.Nodes[i].Inputs : [])
                read[input] = true;
        if (!read[0])
            throw new InputException($"'{file.Path}': its output does not depend on the images.");
        int[] kept = [.. Enumerable.Range(0, draft.Nodes.Count).Where(i => read[i])];
        var place = kept.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        DraftNode[] drafted = [.. kept.Select(i => draft.Nodes[i])];
        int?[] owners = [.. Enumerable.Range(0, drafted.Length).Select(at => Twins.Of(drafted, at))];
        (string Name, bool Underscore)[] names = Named(drafted, owners);
        var nodes = kept.Select(
            (i, at) =>
                new Node(
                    names[at].Name,
                    draft.Nodes[i].Operation is Linear linear
                        ? linear with
                        {
                            Underscore = names[at].Underscore,
                        }
                        : draft.Nodes[i].Operation,
                    [.. draft.Nodes[i].Inputs.Select(input => place[input])]
                )
                {
                    WeightsOf = owners[at],
                }
        );
        return (new Network(name, [.. nodes]), drafted);
    }

    /// <summary>Nodes with arrays choose first, so that these keep their names.</summary>
    private static (string Name, bool Underscore)[] Named(DraftNode[] nodes, int?[] owners)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new (string Name, bool Underscore)[nodes.Length];
        foreach (
            int i in Enumerable
                .Range(0, nodes.Length)
                .OrderBy(i =>
                    nodes[i].Operation is Input ? 0
                    : nodes[i].Arrays.Count > 0 ? 1
                    : 2
                )
        )
        {
            (string wanted, bool underscore) = NodeNames.Of(nodes[i]);
            if (owners[i] is { } first)
            {
                if (!names[first].Underscore && NodeNames.OtherModule(nodes[i], nodes[first]) is { } module && taken.Add(module))
                {
                    names[i] = (module, false);
                    continue;
                }
                int call = 2 + owners.AsSpan(0, i).Count(first);
                string again = FormattableString.Invariant($"{names[first].Name}#{call}");
                if (taken.Add(again))
                {
                    names[i] = (again, names[first].Underscore);
                    continue;
                }
            }
            wanted = string.Concat(wanted.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '_' : letter)).Trim();
            if (wanted.Length == 0)
                wanted = "node";
            string name = wanted;
            while (!taken.Add(name))
                name = FormattableString.Invariant($"{wanted}_{counts[wanted] = counts.GetValueOrDefault(wanted) + 1}");
            names[i] = (name, underscore);
        }
        return names;
    }
}
