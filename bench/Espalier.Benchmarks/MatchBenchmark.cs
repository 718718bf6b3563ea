using System.Diagnostics;
using System.Runtime.InteropServices;
using Espalier.Data;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Benchmarks;

/// <summary>Matches two networks and says how long it took and how much memory was resident at most.</summary>
internal static class MatchBenchmark
{
    /// <param name="a">Weights of A, a safetensors file.</param>
    /// <param name="b">Weights of B.</param>
    /// <param name="data">Folder of CIFAR-10.</param>
    /// <param name="images">Images to match on.</param>
    /// <param name="batch">Images a pass.</param>
    /// <param name="raw">Where to leave them for a peer, float32 N×3×32×32; null for nowhere.</param>
    public static object Run(string a, string b, string data, int images, int batch, string? raw)
    {
        DataSet set = DataSets.Open("cifar10", data);
        using var source = new BatchSource(set.Train.Take(images), set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
        if (raw is not null)
            WriteRaw(raw, source);
        using WeightSet first = WeightsFile.Read(a),
            second = WeightsFile.Read(b, first.Network);
        long start = Stopwatch.GetTimestamp();
        Match match = new ActivationMatcher(new MatchingOptions { Images = images, BatchSize = batch }).Match(
            new MatchingProblem(first, null, second, source)
        );
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new
        {
            network = first.Network.Name,
            images,
            threads = get_num_threads(),
            total_seconds = seconds,
            peak_resident_mib = PeakMemory.ResidentBytes() >> 20,
            data_mib = set.Train.Pixels.Length + set.Test.Pixels.Length >> 20,
            permutations = match.Permutation.Groups.Groups.ToDictionary(PeerName, g => match.Permutation.Sources[g.Index]),
        };
    }

    /// <summary>Peak memory of matching two random networks of any width.</summary>
    public static object Memory(int width, int images, string data)
    {
        DataSet set = DataSets.Open("cifar10", data);
        Network network = ResNet20.Build(Shape.Maps(3, 32, 32), 10, width);
        using var source = new BatchSource(set.Train, set.Normalization, Augmentation.None, CPU, ScalarType.Float32);
        using WeightSet a = Initialization.KaimingNormal(network, new(0, "A.init")),
            b = Initialization.KaimingNormal(network, new(0, "B.init"));
        long before = PeakMemory.ResidentBytes();
        new ActivationMatcher(new MatchingOptions { Images = images }).Match(new MatchingProblem(a, null, b, source));
        return new
        {
            network = network.Name,
            images,
            before_matching_mib = before >> 20,
            peak_resident_mib = PeakMemory.ResidentBytes() >> 20,
        };
    }

    /// <summary>The peer names a residual stream after its stage.</summary>
    private static string PeerName(PermutationGroup group) =>
        group.Name switch
        {
            "conv1" => "layer1",
            "layer2.0.conv2" => "layer2",
            "layer3.0.conv2" => "layer3",
            var name => name,
        };

    private static void WriteRaw(string path, BatchSource source)
    {
        using FileStream file = File.Create(path);
        foreach (Batch batch in source.InOrder(500))
            using (batch)
                file.Write(MemoryMarshal.AsBytes<float>(batch.Images.contiguous().data<float>().ToArray()));
    }
}
