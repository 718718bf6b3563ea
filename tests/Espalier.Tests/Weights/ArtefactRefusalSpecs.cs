using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Weights;

/// <summary>What is written is changed in one place and must be refused in one sentence that names the file.</summary>
public class ArtefactRefusalSpecs
{
    private static readonly Network Small = Mlp.Build(Shape.Maps(1, 2, 2), 3, depth: 1, width: 4);

    public static TheoryData<string, string> Damages =>
        new()
        {
            { "w", "missing" },
            { "w", "extra" },
            { "w", "shape" },
            { "w", "infinite" },
            { "w", "nan" },
            { "w", "kind" },
            { "w", "network" },
            { "m", "extra" },
            { "m", "shape" },
            { "m", "kind" },
            { "m", "network" },
            { "m", "empty" },
            { "p", "missing" },
            { "p", "extra" },
            { "p", "shape" },
            { "p", "kind" },
            { "p", "network" },
            { "p", "twice" },
            { "p", "negative" },
            { "p", "beyond" },
        };

    [Theory]
    [MemberData(nameof(Damages))]
    public void One_wrong_thing_is_refused(string file, string damage)
    {
        using var folder = new TempFolder();
        string path = folder[file];
        Write(file, path);
        Read(file, path);
        TensorFile whole = Safetensors.Read(path);
        var metadata = new Dictionary<string, string>(whole.Metadata);
        Dictionary<string, StoredTensor> arrays = whole.Tensors.ToDictionary();
        string first = file == "p" ? "fc1" : "fc1.weight";
        switch (damage)
        {
            case "missing":
                arrays.Remove(first);
                break;
            case "empty":
                arrays.Clear();
                break;
            case "extra":
                arrays["stray"] =
                    file == "m" ? StoredTensor.FromBools("stray", [2], [true, false]) : StoredTensor.FromFloats("stray", [2], [1, 2]);
                break;
            case "shape":
                arrays[first] = file switch
                {
                    "w" => StoredTensor.FromFloats(first, [2, 8], new float[16]),
                    "m" => StoredTensor.FromBools(first, [2, 8], new bool[16]),
                    _ => StoredTensor.FromInts(first, [3], [0, 1, 2]),
                };
                break;
            case "infinite":
                arrays["fc2.bias"] = StoredTensor.FromFloats("fc2.bias", [3], [0, float.PositiveInfinity, 0]);
                break;
            case "nan":
                arrays["fc2.bias"] = StoredTensor.FromFloats("fc2.bias", [3], [0, float.NaN, 0]);
                break;
            case "kind":
                metadata["format"] = "espalier.other";
                break;
            case "network":
                metadata["network"] = NetworkJson.Write(Mlp.Build(Shape.Maps(1, 2, 2), 3, depth: 1, width: 5));
                break;
            case "twice":
                arrays[first] = StoredTensor.FromInts(first, [4], [0, 1, 1, 3]);
                break;
            case "negative":
                arrays[first] = StoredTensor.FromInts(first, [4], [0, 1, 2, -3]);
                break;
            default:
                arrays[first] = StoredTensor.FromInts(first, [4], [0, 1, 2, 4]);
                break;
        }
        Safetensors.Write(path, arrays.Values, metadata);
        string message = Assert.Throws<InputException>(() => Read(file, path)).Message;
        Assert.EndsWith(".", message.TrimEnd('?', '!') + ".", StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        if (damage is not ("twice" or "negative" or "beyond") && (file, damage) != ("p", "shape"))
            Assert.Contains(path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_beyond_its_prunable_arrays_is_refused()
    {
        var layout = new ParameterLayout(Small);
        Assert.Throws<InputException>(() =>
            new Mask(layout, PrunableSet.AllWeights.Of(Small), TorchSharp.torch.ones(layout.Length, TorchSharp.torch.ScalarType.Bool))
        );
    }

    [Fact]
    public void Every_bit_of_a_float_comes_back_from_disk()
    {
        using var folder = new TempFolder();
        var layout = new ParameterLayout(Small);
        var random = new RandomStream(0, "bits");
        float[] values = [.. Enumerable.Range(0, (int)layout.Length).Select(_ => Finite(random))];
        (values[0], values[1], values[2]) = (-0f, float.Epsilon, float.MaxValue);
        using var weights = new WeightSet(layout, TorchSharp.torch.tensor(values), TorchSharp.torch.zeros(0));
        WeightsFile.Write(folder["w"], weights);
        using WeightSet back = WeightsFile.Read(folder["w"], Small);
        Assert.Equal(
            values.Select(BitConverter.SingleToInt32Bits),
            back.Values.data<float>().ToArray().Select(BitConverter.SingleToInt32Bits)
        );
    }

    private static float Finite(RandomStream random)
    {
        float value;
        do value = BitConverter.Int32BitsToSingle((int)random.NextBits());
        while (!float.IsFinite(value));
        return value;
    }

    private static void Write(string file, string path)
    {
        var random = new RandomStream(0, "artefacts");
        WeightSet weights = RandomNetworks.Weights(Small, random);
        if (file == "w")
            WeightsFile.Write(path, weights);
        else if (file == "m")
            MaskFile.Write(path, RandomNetworks.Mask(weights, random));
        else
            PermutationFile.Write(path, Permutation.Uniform(PermutationGroups.Of(Small), random), new Certificate(0, 1, true, true));
    }

    private static void Read(string file, string path)
    {
        if (file == "w")
            WeightsFile.Read(path, Small).Dispose();
        else if (file == "m")
            MaskFile.Read(path, Small).Dispose();
        else
            PermutationFile.Read(path, Small);
    }
}
