// Two PyTorch checkpoints of one network: π that aligns the first with the second, the proof that it changes no function, and the loss
// barrier between them before and after.
//   dotnet run -c Release --project samples/AlignTwoCheckpoints [A.pth B.pth net.json]
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Files;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

ComputeThreads.Use(1);
string folder = Path.Combine(Path.GetTempPath(), "espalier-align");
using var data = new TrainingData(DataSets.Open(DataSets.Embedded), Augmentation.None, Precision.Float32, CPU);
string[] files = args.Length == 3 ? args : Make();

// 1. The description says the wiring, from which the groups of units follow; the checkpoints only hold arrays by name.
Network network = NetworkJson.ReadFile(files[2]);
foreach (PermutationGroup group in PermutationGroups.Of(network).Groups)
    Console.WriteLine($"{group.Units} units of {group.Name} may be reordered");
using WeightSet a = WeightsFile.Read(files[0], network),
    b = WeightsFile.Read(files[1], network);

// 2. π, and its certificate: none is written that does not hold.
Match match = new ActivationMatcher(new MatchingOptions { Images = 2000 }).Match(new MatchingProblem(a, null, b, data.Matching));
Certificate certificate = MatchFile.Certify(match, a, mask: null, data.Matching).MustHold();
Console.WriteLine($"mean correlation {match.MeanScore:0.00}; the function differs by {certificate.MaxRelativeDifference:0.0e+0}");
using WeightSet aligned = match.Permutation.Apply(a);
TensorFormat.Write(Path.Combine(folder, "aligned.pth"), StateDict.Of(aligned));
MatchFile.Write(Path.Combine(folder, "permutation.safetensors"), match, certificate);

// 3. Between two networks that compute well there is a barrier; reordered, it is lower.
double before = Barrier(a),
    after = Barrier(aligned);
Console.WriteLine($"loss barrier {before:0.000} before, {after:0.000} after; {folder}");
return after < before ? 0 : 1;

double Barrier(WeightSet from) =>
    LossBarrier.Of(new Interpolation(from, b, new InterpolationOptions { Points = 5, Refinements = 0 }).Run([data.Test])[0]).Loss;

// Where no checkpoints were given: two trainings, written as PyTorch would.
string[] Make()
{
    Network made = Models.Build("mlp:depth=2,width=64", Shape.Maps(1, 28, 28), classes: 10);
    string[] paths = [Path.Combine(folder, "A.pth"), Path.Combine(folder, "B.pth"), Path.Combine(folder, "net.json")];
    Directory.CreateDirectory(folder);
    NetworkJson.WriteFile(paths[2], made);
    for (int i = 0; i < 2; i++)
    {
        string name = i == 0 ? "A" : "B";
        WeightSet start = Initialization.KaimingNormal(made, new RandomStream(0, $"{name}.init"));
        var training = new Trainer(new TrainingOptions { Epochs = 2, Precision = Precision.Float32 }, data);
        using WeightSet final = training.Train(new TrainingRun(start, null, 0, $"{name}.data")).Final;
        TensorFormat.Write(paths[i], StateDict.Of(final));
    }
    return paths;
}
