namespace Espalier.Lab.Design;

/// <summary>What is measured between and beyond trained networks.</summary>
public enum Study
{
    /// <summary>The linear path from A to B, as they are and aligned (equation 3, figure 3).</summary>
    Barrier,

    /// <summary>The linear path from dense A to A after each round of pruning (figure 4a).</summary>
    PruningBarrier,

    /// <summary>The plane through LTH, dense A and the permuted solution moved back by π⁻¹ (figure 4b), for the first seed.</summary>
    Plane,

    /// <summary>
    /// How differently the networks of the grid's seeds predict, and their ensembles (table 1, appendix C); masks of the first seed.
    /// </summary>
    Diversity,
}

/// <summary>Names of studies, as grids spell them.</summary>
public static class Studies
{
    /// <summary>All.</summary>
    public static IReadOnlyList<Study> All { get; } = Enum.GetValues<Study>();

    /// <summary>Such as <c>pruning-barrier</c>.</summary>
    public static string Name(this Study study) => EnumNames.Of(study);

    /// <summary>Reads a name.</summary>
    /// <exception cref="InputException">There is no such study.</exception>
    public static Study Parse(string name) => EnumNames.Parse<Study>("study", name);
}
