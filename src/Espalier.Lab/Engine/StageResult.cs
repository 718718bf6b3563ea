using Espalier.Lab.Design;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Engine;

/// <summary>Numbers that a stage gave; they are kept in its manifest.</summary>
/// <param name="Numbers">By name, such as <c>test_accuracy_percent</c>; weights kept of a layer are <c>kept/conv1.weight</c>.</param>
public sealed record StageResult(IReadOnlyDictionary<string, double> Numbers)
{
    /// <summary>Prefix of the numbers that count the weights kept of a layer.</summary>
    public const string Kept = "kept/";

    /// <summary>A number by name; NaN where there is none.</summary>
    public double this[string name] => Numbers.GetValueOrDefault(name, double.NaN);

    /// <summary>The numbers of a training, and of the mask it kept.</summary>
    public static StageResult Of(TrainingResult training, Mask? mask)
    {
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            ["test_accuracy_percent"] = training.TestAccuracyPercent,
            ["test_loss"] = training.Metrics[^1].TestLoss ?? double.NaN,
            ["train_loss"] = training.Metrics[^1].TrainLoss,
            ["sparsity"] = mask?.Sparsity ?? 0,
            ["sparsity_of_all_weights"] = mask?.SparsityOfAllWeights ?? 0,
            ["multiply_accumulates"] = mask?.MultiplyAccumulates ?? Networks.NetworkCosts.MultiplyAccumulates(training.Final.Network),
        };
        foreach (Networks.Parameter p in mask?.Prunable ?? [])
            numbers[Kept + p.Name] = mask!.Kept(p);
        if (mask is not null)
        {
            MaskPaths paths = MaskPaths.Of(mask);
            (numbers["effective_sparsity"], numbers["collapsed_layers"], numbers["unreached_classes"]) = (
                paths.EffectiveSparsity,
                paths.CollapsedLayers.Count,
                paths.UnreachedClasses
            );
        }
        return new StageResult(numbers);
    }
}
