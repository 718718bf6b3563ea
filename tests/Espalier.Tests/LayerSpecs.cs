using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Espalier.Networks;
using Xunit;

namespace Espalier.Tests;

/// <summary>The library's folders are layers: each uses only those before it.</summary>
public class LayerSpecs
{
    private static readonly string[] Layers =
    [
        "",
        "Randomness",
        "Runtime",
        "Files",
        "Collectives",
        "Networks",
        "Weights",
        "Data",
        "Execution",
        "Symmetry",
        "Training",
        "Pruning",
        "Connectivity",
        "Matching",
        "Diversity",
    ];

    private static readonly Architecture Library = new ArchLoader().LoadAssemblies(typeof(Network).Assembly).Build();

    [Fact]
    public void Each_layer_uses_only_those_before_it() => Assert.Empty(Violations(Layers));

    [Fact]
    public void A_wrong_order_is_noticed()
    {
        string[] wrong = [.. Layers.Where(layer => layer != "Networks"), "Networks"];
        Assert.NotEmpty(Violations(wrong));
    }

    [Fact]
    public void Every_folder_is_a_known_layer()
    {
        IEnumerable<string> found = Library.Types.Select(LayerOf).OfType<string>().Distinct();
        Assert.Empty(found.Except(Layers));
    }

    private static List<string> Violations(string[] layers) =>
        [
            .. from type in Library.Types
            let layer = LayerOf(type)
            where layer is not null
            from dependency in type.Dependencies
            let used = LayerOf(dependency.Target)
            where used is not null && Array.IndexOf(layers, used) > Array.IndexOf(layers, layer)
            select $"{type.FullName} uses {dependency.Target.FullName}",
        ];

    private static string? LayerOf(IType type)
    {
        string name = type.Namespace?.FullName ?? "";
        return name == "Espalier" ? ""
            : name.StartsWith("Espalier.", StringComparison.Ordinal) ? name.Split('.')[1]
            : null;
    }
}
