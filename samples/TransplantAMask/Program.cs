// A network of one's own, and the whole method on it with the library: train A and B, prune A, align, transplant, train B sparse.
//   dotnet run -c Release --project samples/TransplantAMask
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
using static TorchSharp.torch;

const long Seed = 0;
ComputeThreads.Use(1); // steps of so small a network do not gain from more
DataSet set = DataSets.Open(DataSets.Embedded);

// 1. A network is a graph; its permutation symmetry follows from the wiring.
var builder = new NetworkBuilder("two hidden layers", channels: 1, height: 28, width: 28);
int x = builder.Chain(
    0,
    ("flatten", new Flatten()),
    ("hidden1", new Linear(128)),
    ("relu1", new Relu()),
    ("hidden2", new Linear(128)),
    ("relu2", new Relu())
);
builder.Then("classes", new Linear(10), x);
Network network = builder.Build();

// 2. A and B: the same schedule from two initializations; epoch 1 is kept to rewind to.
var dense = new TrainingOptions
{
    Epochs = 5,
    Precision = Precision.Float32,
    Checkpoints = [1],
};
using var data = new TrainingData(set, Augmentation.None, Precision.Float32, CPU);
string folder = Path.Combine("runs", "sample");
TrainingFolder placeA = new(Path.Combine(folder, "A")),
    placeB = new(Path.Combine(folder, "B"));
WeightSet a = Dense("A", placeA),
    b = Dense("B", placeB);

// 3. A's mask at 95 %.
PrunedNetwork pruned = new IterativePruning(
    new PruningOptions { FineTuning = dense with { Epochs = 1, LearningRate = 0.01, Checkpoints = [] } },
    data
).Run(a, [0.95], Seed)[0];

// 4. π aligns A with B, and proves that it changes no function.
Match match = new ActivationMatcher(new MatchingOptions { Images = 5000 }).Match(new MatchingProblem(a, null, b, data.Matching));
Certificate certificate = MatchFile.Certify(match, a, pruned.Mask, data.Matching).MustHold();
Console.WriteLine(
    $"matched with a mean correlation of {match.MeanScore:0.00}; the permuted A differs from A by "
        + $"{certificate.MaxRelativeDifference:0.0e+0}"
);

// 5. B from epoch 1, once with the mask as it is and once with it moved.
WeightSet start = WeightsFile.Read(placeB.Checkpoint(1), network);
Console.WriteLine($"naive    {Sparse(pruned.Mask):0.0} %");
Console.WriteLine($"permuted {Sparse(match.Permutation.Apply(pruned.Mask)):0.0} %");

WeightSet Dense(string name, TrainingFolder place) =>
    place.IsFinished
        ? place.Read().Final
        : new Trainer(dense, data, place)
            .Train(
                new TrainingRun(Initialization.KaimingNormal(network, new RandomStream(Seed, $"{name}.init")), null, Seed, $"{name}.data")
            )
            .Final;

double Sparse(Mask mask) =>
    new Trainer(dense with { Epochs = 4, LearningRate = 0.02, Checkpoints = [] }, data)
        .Train(new TrainingRun(start, mask, Seed, "sparse.data"))
        .TestAccuracyPercent;
