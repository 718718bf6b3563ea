namespace Espalier.Matching;

/// <summary>Where a group's activations are read when several places carry them, as along a residual stream.</summary>
public enum TapChoice
{
    /// <summary>The last place: the output of the stage's last block.</summary>
    Last,

    /// <summary>All places, their scores summed.</summary>
    Sum,

    /// <summary>The last place, but for the network's final residual stream the one before: the output of its last block but one, as in the
    /// released code, which counts that stage's blocks one short.</summary>
    FinalStreamOneBlockEarly,
}
