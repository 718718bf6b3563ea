using Espalier.Data;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Pruning;
using Espalier.Training;

namespace Espalier.Experiments;

/// <summary>One run of the whole method: two dense networks, a chain of masks, a permutation, and sparse trainings.</summary>
public sealed record PipelineOptions
{
    /// <summary>Dense training of A and B; its epochs are T.</summary>
    public TrainingOptions Dense { get; init; } = new();

    /// <summary>How A is pruned.</summary>
    public PruningOptions Pruning { get; init; } = new();

    /// <summary>How A is aligned with B.</summary>
    public MatchingOptions Matching { get; init; } = new();

    /// <summary>Learning rate of sparse training (table 2). Default 0.02; its other options are those of dense training, its epochs T − k.</summary>
    public double SparseLearningRate { get; init; } = 0.02;

    /// <summary>Sparsities S of the prunable arrays. Default: the paper's.</summary>
    public IReadOnlyList<double> Sparsities { get; init; } = [0.80, 0.90, 0.95, 0.97];

    /// <summary>Rewind epochs k, completed epochs of dense training; 0 is the initialization. Default 20.</summary>
    public IReadOnlyList<int> RewindEpochs { get; init; } = [20];

    /// <summary>Default: all three.</summary>
    public IReadOnlyList<SparseMethod> Methods { get; init; } = [SparseMethod.Lth, SparseMethod.Naive, SparseMethod.Permuted];

    /// <summary>Sparse training from epoch k.</summary>
    public TrainingOptions SparseFrom(int k) => Dense with { LearningRate = SparseLearningRate, Epochs = Dense.Epochs - k, Checkpoints = [] };

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public PipelineOptions Validated()
    {
        Dense.Validated();
        SparseFrom(0).Validated();
        Pruning.Validated();
        Matching.Validated();
        if (Sparsities.Count == 0 || RewindEpochs.Count == 0 || Methods.Count == 0) throw new InputException("Nothing to train sparse; expected at least one sparsity, one rewind epoch and one method.");
        foreach (double sparsity in Sparsities)
            if (sparsity is not (> 0 and < 1)) throw new InputException($"A sparsity of {sparsity} is impossible; expected more than 0 and less than 1.");
        foreach (int k in RewindEpochs)
            if (k < 0 || k >= Dense.Epochs) throw new InputException($"Rewind epoch {k} is impossible for {Dense.Epochs} epochs of training; expected 0 to {Dense.Epochs - 1}.");
        return this;
    }
}
