namespace Espalier.Networks;

/// <summary>An array's second name: that of a node that uses another's arrays.</summary>
/// <param name="Name">As PyTorch's state dicts have it, where tied modules are listed under each of their names; of a node that is the same
/// module called again (<c>fc#2</c> of <c>fc</c>) the array's own.</param>
/// <param name="Node">Index of the node that uses it.</param>
/// <param name="Array">The array.</param>
public sealed record SharedArray(string Name, int Node, Parameter Array)
{
    /// <summary>Whether it is another name than the array's own.</summary>
    public bool IsNamed => Name != Array.Name;
}
