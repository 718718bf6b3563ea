using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>What a training stage measures.</summary>
public static class TrainingNumbers
{
    /// <summary>Prefix of the numbers that count the weights kept of a layer: <c>kept/conv1.weight</c>.</summary>
    public const string Kept = "kept/";

    /// <summary>
    /// The number that is the share of kept weights with the sign that the ticket has there (<see cref="Pruning.SignAgreement"/>), before
    /// any is taken; with <c>/</c> and a layer's name that of the layer.
    /// </summary>
    public const string SignAgreement = "sign_agreement";

    /// <summary>The number that counts what the start takes of the pruned network (<see cref="Pruning.TicketBits"/>).</summary>
    public const string TicketBits = "ticket_bits";

    /// <summary>The number that is the share of test images whose label is among the five largest logits, in per cent.</summary>
    public const string Top5 = "test_top5_accuracy_percent";

    /// <summary>The number that is the moving average's accuracy on the test images, in per cent.</summary>
    public const string Ema = "ema_test_accuracy_percent";

    /// <summary>The numbers of an agreement; none where nothing is compared.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Of(SignAgreement signs) =>
        signs
            .Layers.Select(layer => (Name: $"{SignAgreement}/{layer.Layer}", layer.Share))
            .Prepend((Name: SignAgreement, signs.Share))
            .Where(number => number.Share is not null)
            .Select(number => KeyValuePair.Create(number.Name, number.Share!.Value));

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
        if (training.TestTop5AccuracyPercent is { } top)
            numbers[Top5] = top;
        if (training.EmaTestAccuracyPercent is { } averaged)
            numbers[Ema] = averaged;
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
        return new StageResult(numbers) { Seconds = training.Metrics.Sum(epoch => epoch.Seconds) };
    }
}
