// Activations of named nodes, gradients by weights, connections and activations, and what is written with them without a fork: a pruning
// criterion (GraSP once more, which must find the library's scores) and a matcher.
//   dotnet run -c Release --project samples/TapsAndGradients
using Espalier.Data;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;
using TapsAndGradients;
using static TorchSharp.torch;

ComputeThreads.Use(1);
using var data = new TrainingData(DataSets.Open(DataSets.Embedded), Augmentation.None, Precision.Float32, CPU);
Network network = Models.Build("mlp:depth=2,width=64", Shape.Maps(1, 28, 28), classes: 10);
var options = new TrainingOptions { Epochs = 1, Precision = Precision.Float32 };
using WeightSet a = new Trainer(options, data)
    .Train(new TrainingRun(Initialization.KaimingNormal(network, new RandomStream(0, "A.init")), null, 0, "A.data"))
    .Final;
using Batch batch = data.Matching.InOrder(256).First();

// 1. Activations, by the names that the network's description gives its nodes: [N, C], or [N, C, H, W] of maps.
using (Activations seen = a.Activations(batch.Images, "relu1", "relu2"))
    foreach (string tap in seen.Taps)
    {
        using Tensor active = seen[tap].count_nonzero(new long[] { 0 });
        Console.WriteLine($"{tap}: {active.data<long>().ToArray().Count(images => images == 0)} of {active.numel()} units are dead");
    }

// 2. Gradients of the mean cross-entropy, or of any other loss.
using (var differentiation = new Differentiation(a, null, "relu1"))
using (LossGradients gradients = differentiation.Of(batch))
    foreach (Parameter array in network.Parameters.Where(p => p.IsWeight))
    {
        using Tensor slope = a.Layout.View(gradients.OfWeights, array),
            size = slope.norm();
        Console.WriteLine($"{array.Name} [{string.Join(", ", slope.shape)}]: a gradient of length {size.item<float>():0.0000}");
    }

// 3. A criterion: the library's scores, and rounds of pruning by it.
using Mask dense = Mask.Dense(a.Layout, PrunableSet.NoShortcuts.Of(network));
var moment = new PruningMoment(a, dense, new RandomStream(0, "grasp"), data.Matching);
using (NewDisposeScope())
{
    Tensor ours = new OwnGrasp().Scores(moment),
        known = Grasp.Scores(a, dense, data.Matching, new RandomStream(0, "grasp"), temperature: OwnGrasp.Temperature);
    double difference = (ours - known).abs().max().item<float>() / known.abs().max().item<float>();
    Console.WriteLine($"GraSP, written anew, differs from the library's by {difference:0.0e+0}");
    if (difference > 1e-5)
        return 1;
}
var pruning = new PruningOptions
{
    Criterion = new OwnGrasp(),
    RoundFraction = 0.5,
    FineTuning = options with { LearningRate = 0.01 },
};
PrunedNetwork pruned = new IterativePruning(pruning, data).Run(a, [0.75], seed: 0)[0];
Console.WriteLine($"{pruned.Mask.Sparsity:0%} pruned in rounds by it: {pruned.Training.TestAccuracyPercent:0.0} %");

// 4. A matcher: units that were moved on purpose are found again.
Permutation moved = Permutation.Uniform(PermutationGroups.Of(network), new RandomStream(0, "moved"));
using WeightSet b = moved.Apply(a);
Match match = new GradientMatcher().Match(new MatchingProblem(a, null, b, data.Matching));
bool isFound = match.Permutation.SameAs(moved);
Console.WriteLine(isFound ? "every moved unit was found again" : "some moved units were not found");
return isFound ? 0 : 1;
