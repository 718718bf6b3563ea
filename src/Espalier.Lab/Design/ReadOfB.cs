using Espalier.Lab.Design.Planning;

namespace Espalier.Lab.Design;

/// <summary>What a method reads of B beside the weights at the rewind epoch.</summary>
public enum ReadOfB
{
    /// <summary>Nothing.</summary>
    Start,

    /// <summary>Its initialization.</summary>
    Initialization,

    /// <summary>Each matching epoch of the grid, one cell for each (<see cref="MethodPoint.MatchEpoch"/>).</summary>
    MatchEpochs,

    /// <summary>The end: B is trained dense to T.</summary>
    End,
}
