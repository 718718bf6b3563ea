// Writes what no command of espalier does: logits, and the objectives of linear assignments.
//   logits FOLDER MODEL NETWORK...   of FOLDER/probe.safetensors's images, into NETWORK's name with .logits.safetensors
//   named FOLDER MODEL...            the same of FOLDER/MODEL.pth (10 classes); prints each with its numbers of parameters and groups
//   assign MATRICES OUT              of every square matrix in MATRICES: the largest sum
using System.Runtime.InteropServices;
using Espalier;
using Espalier.Execution;
using Espalier.Files;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Runtime.Loading;
using Espalier.Weights;
using static TorchSharp.torch;

try
{
    Libtorch.Use(forGpu: false);
    ComputeThreads.Use(1);
    switch (args)
    {
        case ["logits", var folder, var model, .. var networks]:
            foreach (string network in networks)
                Logits(Path.Combine(folder, "probe.safetensors"), model, network);
            return 0;
        case ["named", var folder, .. var models]:
            foreach (string model in models)
                Named(folder, model);
            return 0;
        case ["assign", var matrices, var path]:
            Assign(matrices, path);
            return 0;
        default:
            Console.Error.WriteLine("expected: logits FOLDER MODEL NETWORK..., named FOLDER MODEL..., or assign MATRICES OUT");
            return 2;
    }
}
catch (InputException fault)
{
    Console.Error.WriteLine($"error: {fault.Message}");
    return 2;
}

static void Named(string folder, string model)
{
    Network network = Logits(Path.Combine(folder, "probe.safetensors"), model, Path.Combine(folder, model.Split(':')[0] + ".pth"));
    Console.WriteLine($"{model} {network.ParameterCount} {PermutationGroups.Of(network).Groups.Count}");
}

static Network Logits(string probe, string model, string network)
{
    using var scope = NewDisposeScope();
    StoredTensor stored = Safetensors.Read(probe)["images"];
    Tensor images = tensor(stored.ToFloats()).view([.. stored.Shape]);
    int[] size = [.. stored.Shape.Skip(1).Select(length => (int)length)];
    using WeightSet weights = WeightsFile.Read(network, Models.Build(model, Shape.Maps(size[0], size[1], size[2]), 10));
    Tensor logits = weights.Logits(images);
    Safetensors.Write(
        Path.ChangeExtension(network, ".logits.safetensors"),
        [StoredTensor.FromFloats("logits", logits.shape, logits.contiguous().data<float>().ToArray())]
    );
    return weights.Network;
}

static void Assign(string matrices, string path)
{
    Safetensors.Write(
        path,
        Safetensors
            .Read(matrices)
            .Tensors.Values.Select(stored =>
            {
                int n = (int)stored.Shape[0];
                ReadOnlySpan<double> scores = MemoryMarshal.Cast<byte, double>(stored.Bytes.Span);
                int[] found = LinearAssignment.Maximize(scores, n);
                return StoredTensor.FromInts(stored.Name, [n], found);
            })
    );
}
