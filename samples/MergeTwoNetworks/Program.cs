// Two networks, one basin? Measures the barrier between them as they are and aligned, merges them with REPAIR, and compares what they
// predict.
//   dotnet run -c Release --project samples/MergeTwoNetworks
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Diversity;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

const long Seed = 0;
ComputeThreads.Use(1);
DataSet set = DataSets.Open(DataSets.Embedded);
using var data = new TrainingData(set, Augmentation.None, Precision.Float32, CPU);
Network network = Models.Build("mlp", Shape.Maps(1, 28, 28), classes: 10);

// 1. The same schedule from two initializations.
WeightSet a = Train("A"),
    b = Train("B");

// 2. The way between them (equation 3): as they are, aligned, and aligned with every unit's mean and deviation repaired.
using var images = new StatisticsImages(data.Matching);
Match match = new ActivationMatcher(new MatchingOptions { Images = 5000 }).Match(new MatchingProblem(a, null, b, data.Matching));
using WeightSet aligned = match.Permutation.Apply(a);
var few = new InterpolationOptions { Points = 9, Refinements = 1 };
Show("as they are", new Interpolation(a, b, few));
Show("aligned", new Interpolation(aligned, b, few));
var repaired = new Interpolation(aligned, b, few with { Correction = Correction.Repair }, images);
Show("aligned, REPAIR", repaired);

// 3. Their middle is a plain network of the same graph.
using WeightSet merged = repaired.At(0.5);
Console.WriteLine($"A {Accuracy(a):0.0} %, B {Accuracy(b):0.0} %, merged {Accuracy(merged):0.0} %");

// 4. What they predict differently, and how good they are together.
EnsembleReport report = EnsembleReport.Of([Predictions.Of(a, data.Test), Predictions.Of(b, data.Test)], set.Test.Labels);
Console.WriteLine(
    $"A and B disagree on {report.Diversity.Disagreement:0.0%} of the test images; their ensemble reaches "
        + $"{report.Ensemble.AccuracyPercent:0.0} %"
);

WeightSet Train(string name) =>
    new Trainer(new TrainingOptions { Epochs = 5, Precision = Precision.Float32 }, data)
        .Train(new TrainingRun(Initialization.KaimingNormal(network, new RandomStream(Seed, $"{name}.init")), null, Seed, $"{name}.data"))
        .Final;

double Accuracy(WeightSet weights) => Evaluation.Of(weights, data.Test).AccuracyPercent;

void Show(string name, Interpolation way)
{
    LossBarrier barrier = LossBarrier.Of(way.Run([data.Test])[0]);
    Console.WriteLine(
        $"{name, -16} loss barrier {barrier.Loss:0.000} at α = {barrier.LossAlpha:0.00}, error barrier {barrier.ErrorPercent:0.0} points"
    );
}
