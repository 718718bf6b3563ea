namespace Espalier.Lab.Design.Costs;

/// <summary>What stages do with images. Each has a speed of its own, in operations a second.</summary>
public enum Pass
{
    /// <summary>Steps of training, in the training's precision.</summary>
    Training,

    /// <summary>Test images after an epoch, in that precision.</summary>
    Testing,

    /// <summary>Images that a finished network is evaluated on, in float32: evaluations, and what studies look at.</summary>
    Evaluation,

    /// <summary>Images that two networks are matched on, in float32.</summary>
    Matching,
}
