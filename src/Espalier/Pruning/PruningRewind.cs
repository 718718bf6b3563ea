namespace Espalier.Pruning;

/// <summary>What a round of iterative pruning goes back to before it trains on.</summary>
public enum PruningRewind
{
    /// <summary>Nothing: weights stay and are fine-tuned with a schedule of the rounds' own (the paper).</summary>
    None,

    /// <summary>
    /// The learning rate: weights stay, and training repeats the last epochs of the dense training's schedule (Renda et al. 2020).
    /// </summary>
    LearningRate,

    /// <summary>
    /// Weights and learning rate: kept weights go back to the dense training's checkpoint and repeat its last epochs (Frankle et al. 2020).
    /// </summary>
    Weights,
}
