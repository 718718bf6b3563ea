namespace Espalier.Lab.Design;

/// <summary>Which trained networks are evaluated once more, by stages of their own.</summary>
public enum EvaluatedNetworks
{
    /// <summary>None.</summary>
    None,

    /// <summary>A and B at T, where they are trained that far.</summary>
    Dense,

    /// <summary>Every trained network.</summary>
    All,
}
