namespace Espalier.Lab.Design;

/// <summary>A kind of network that results speak of: what a <see cref="Method"/> trains, or A and B themselves.</summary>
public record NetworkKind
{
    /// <summary>As grids and files spell it: <c>shuffled-units</c>.</summary>
    public required string Name { get; init; }

    /// <summary>As legends and heads of tables call it: short. Default: the name.</summary>
    public string Label
    {
        get => field ?? Name;
        init;
    }

    /// <summary>What it is, in one line.</summary>
    public required string Meaning { get; init; }
}
