// A model in an ONNX file, weights included: what it is made of, how good it is, and a mask for it.
//   dotnet run -c Release --project samples/ImportOnnx [model.onnx]
using Espalier;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Onnx;
using Espalier.Pruning;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

ComputeThreads.Use(1);

// The one beside this program was written by torch.onnx.export: two convolutions, trained for an epoch on Fashion-MNIST.
string file = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "small.onnx");

// 1. Its graph becomes a network's description; what cannot be followed is named with its place.
using WeightSet weights = OnnxImport.Read(file, notes: new Relay<string>(note => Console.WriteLine($"note: {note}")));
Network network = weights.Network;
Console.WriteLine($"{network}, images {network.InputShape}, {network.MultiplyAccumulates():N0} multiply-accumulates");
foreach (Node node in network.Nodes)
    Console.WriteLine($"  {node.Name, -20} {node.Operation.GetType().Name}");
foreach (PermutationGroup group in PermutationGroups.Of(network).Groups)
    Console.WriteLine($"{group.Units} units of {group.Name} may be reordered");

// 2. From here on it is a network like any other.
using var data = new TrainingData(DataSets.Open(DataSets.Embedded), Augmentation.None, Precision.Float32, CPU);
Evaluation tested = Evaluation.Of(weights, data.Test);
using Mask dense = Mask.Dense(weights.Layout, PrunableSet.NoShortcuts.Of(network)),
    mask = GlobalMagnitude.Prune(weights, dense, dense.PrunableCount / 2);
using WeightSet half = weights.Masked(mask);
Console.WriteLine($"{tested.AccuracyPercent:0.0} % right, {Evaluation.Of(half, data.Test).AccuracyPercent:0.0} % with half of its weights");

// 3. As a description and weights, for the command line: --model net.json.
string folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "espalier-onnx")).FullName;
NetworkJson.WriteFile(Path.Combine(folder, "net.json"), network);
WeightsFile.Write(Path.Combine(folder, "weights.safetensors"), weights);
Console.WriteLine(folder);
return tested.AccuracyPercent > 70 ? 0 : 1;
