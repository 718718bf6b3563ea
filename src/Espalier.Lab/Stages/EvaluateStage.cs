using Espalier.Execution;
using Espalier.Lab.Engine;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// Evaluates a trained network in float32 on all test images and on all training images as they are: a check, in another number format, of
/// what training itself measured.
/// </summary>
/// <param name="network">An <see cref="INetworkStage"/>.</param>
public sealed class EvaluateStage(Stage network) : Stage([network])
{
    private readonly INetworkStage _network = (INetworkStage)network;

    /// <inheritdoc/>
    public override string Kind => "evaluate";

    /// <inheritdoc/>
    public override string Title => $"evaluate {Inputs[0].Title}";

    /// <inheritdoc/>
    public override object Options => new { Precision = Precision.Float32 };

    /// <inheritdoc/>
    public override double Flops => _network.Model.FlopsPerImage / 3 * (_network.Data.ImagesPerEpoch + _network.Data.Facts.TestImages);

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet weights = WeightsFile.Read(run.File(Inputs[0], INetworkStage.Weights), _network.Model.Network);
        TrainingData images = run.Images(_network.Data, new TrainingOptions { Precision = Precision.Float32 });
        double share = (double)images.Test.Count / (images.Test.Count + images.Matching.Count);
        Evaluation test = Evaluation
            .Of(weights, images.Test, new Relay<double>(done => run.Report(share * done)), run.Cancel)
            .MustBeFinite(Title);
        Evaluation train = Evaluation
            .Of(weights, images.Matching, new Relay<double>(done => run.Report(share + (1 - share) * done)), run.Cancel)
            .MustBeFinite(Title);
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            ["test_accuracy_percent"] = test.AccuracyPercent,
            ["test_loss"] = test.Loss,
            ["train_accuracy_percent"] = train.AccuracyPercent,
            ["train_loss"] = train.Loss,
        };
        if (test.Top5AccuracyPercent is { } top)
            numbers[TrainingNumbers.Top5] = top;
        return new StageResult(numbers);
    }
}
