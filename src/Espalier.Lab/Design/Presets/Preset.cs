namespace Espalier.Lab.Design.Presets;

/// <summary>A table or figure of the paper as a grid. Only what works is listed.</summary>
/// <param name="Name">Such as <c>table5</c>.</param>
/// <param name="Summary">One line for lists.</param>
/// <param name="Grid">The cells, with the paper's full schedule and its three seeds.</param>
public sealed record Preset(string Name, string Summary, Grid Grid)
{
    /// <summary>All presets.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        .. ResNetTables.All,
        VggTable.Table9,
        EarlyMatching.Table15,
        .. Figures.All,
        .. Landscapes.All,
        WidthStudy.Section43,
        .. ImageNetPresets.All,
    ];

    /// <summary>The preset of a name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static Preset Of(string name) =>
        All.FirstOrDefault(preset => preset.Name == name) ?? throw Nearest.Unknown("preset", name, All.Select(preset => preset.Name));
}
