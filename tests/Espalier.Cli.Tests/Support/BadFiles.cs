using System.Buffers.Binary;
using System.Text;
using Espalier.Files;
using Xunit;

namespace Espalier.Cli.Tests.Support;

/// <summary>Good artefacts of two small networks, and damaged copies of them, made once for all rows.</summary>
public sealed class BadFiles : IAsyncLifetime
{
    /// <summary>Where they lie.</summary>
    public TempFolder Folder { get; } = new();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        foreach ((string name, string width) in new[] { ("good", "16"), ("other", "8") })
        {
            string[] tiny = ["--train-images", "256", "--model", $"mlp:width={width}", "--threads", "1", "--quiet"];
            await Shell.MustAsync(["train", "--epochs", "1", "--out", Folder[name], .. tiny]);
            await Shell.MustAsync([
                "prune",
                Folder[$"{name}/weights.safetensors"],
                "--sparsity",
                "0.5",
                "--round-fraction",
                "0.6",
                "--round-epochs",
                "1",
                "--out",
                Folder[$"{name}/p"],
                .. tiny,
            ]);
            File.Move(Folder[$"{name}/p/sparsity-0.5/mask.safetensors"], Folder[$"{name}/mask.safetensors"]);
            await Shell.MustAsync([
                "match",
                Folder[$"{name}/weights.safetensors"],
                Folder[$"{name}/weights.safetensors"],
                "--match-images",
                "64",
                "--out",
                Folder[$"{name}/pi.safetensors"],
                .. tiny,
            ]);
        }
        using (Weights.WeightSet good = Weights.WeightsFile.Read(Folder["good/weights.safetensors"]))
            Folder.Write("good/model.onnx", Import.OnnxExport.Of(good));
        Damage();
        Models();
        Grids();
        Images();
        Directory.CreateDirectory(Folder["folder"]);
        // As if another training had been interrupted here.
        string weights = Folder["good/weights.safetensors"];
        TensorFile file = Safetensors.Read(weights);
        Safetensors.Write(
            Folder["interrupted/resume.safetensors"],
            file.Tensors.Values,
            new Dictionary<string, string>
            {
                ["format"] = "espalier.training",
                ["run"] = "of other options",
                ["epoch"] = "1",
            }
        );
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Damage()
    {
        foreach (string kind in new[] { "weights", "mask", "pi" })
        {
            byte[] bytes = File.ReadAllBytes(Folder[$"good/{kind}.safetensors"]);
            Folder.Write($"cut/{kind}.safetensors", bytes[..(bytes.Length / 2)]);
            Folder.Write($"empty/{kind}.safetensors", []);
            Folder.Write($"text/{kind}.safetensors", Encoding.UTF8.GetBytes("These are not the weights that you are looking for.\n"));
            byte[] flipped = [.. bytes];
            flipped[12] ^= 0x80; // in the header's JSON
            Folder.Write($"flipped/{kind}.safetensors", flipped);
        }
        Folder.Write("text.pt", Encoding.UTF8.GetBytes("no pickle here\n"));
        Rewrite("weights", "nan", (tensor, first) => first ? Floats(tensor, float.NaN) : tensor);
        Rewrite("weights", "infinite", (tensor, first) => first ? Floats(tensor, float.PositiveInfinity) : tensor);
        Rewrite(
            "weights",
            "huge",
            (tensor, _) =>
                StoredTensor.FromFloats(tensor.Name, tensor.Shape, [.. tensor.ToFloats().Select(value => value < 0 ? -3e38f : 3e38f)])
        );
        Rewrite(
            "weights",
            "shape",
            (tensor, first) => first ? StoredTensor.Create(tensor.Name, tensor.Type, [.. tensor.Shape, 1], tensor.Bytes) : tensor
        );
        Rewrite("weights", "missing", (tensor, first) => first ? null : tensor);
        Rewrite(
            "weights",
            "integers",
            (tensor, first) => first ? StoredTensor.FromInts(tensor.Name, tensor.Shape, new int[tensor.Bytes.Length / 4]) : tensor
        );
        Rewrite(
            "weights",
            "renamed",
            (tensor, first) => first ? StoredTensor.Create("stranger", tensor.Type, tensor.Shape, tensor.Bytes) : tensor
        );
        Rewrite("weights", "nameless", (tensor, _) => tensor, withFacts: false);
        Rewrite(
            "mask",
            "renamed",
            (tensor, first) => first ? StoredTensor.Create("stranger", tensor.Type, tensor.Shape, tensor.Bytes) : tensor
        );
        Rewrite(
            "mask",
            "shape",
            (tensor, first) => first ? StoredTensor.Create(tensor.Name, tensor.Type, [.. tensor.Shape, 1], tensor.Bytes) : tensor
        );
        Rewrite(
            "mask",
            "twos",
            (tensor, first) =>
                first
                    ? StoredTensor.Create(tensor.Name, tensor.Type, tensor.Shape, Enumerable.Repeat((byte)2, tensor.Bytes.Length).ToArray())
                    : tensor
        );
        Rewrite("mask", "blank", (_, _) => null);
        Rewrite(
            "pi",
            "repeated",
            (tensor, first) => first ? StoredTensor.FromInts(tensor.Name, tensor.Shape, new int[tensor.Bytes.Length / 4]) : tensor
        );
        Rewrite(
            "pi",
            "range",
            (tensor, first) =>
                first ? StoredTensor.FromInts(tensor.Name, tensor.Shape, [.. Enumerable.Range(1, tensor.Bytes.Length / 4)]) : tensor
        );
        Rewrite("pi", "short", (tensor, first) => first ? StoredTensor.FromInts(tensor.Name, [2], [1, 0]) : tensor);
        Rewrite("pi", "missing", (tensor, first) => first ? null : tensor);
    }

    private void Rewrite(string kind, string name, Func<StoredTensor, bool, StoredTensor?> change, bool withFacts = true)
    {
        TensorFile file = Safetensors.Read(Folder[$"good/{kind}.safetensors"]);
        Safetensors.Write(
            Folder[$"{name}/{kind}.safetensors"],
            file.Tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
                .Select((tensor, i) => change(tensor, i == 0))
                .OfType<StoredTensor>(),
            withFacts ? file.Metadata : null
        );
    }

    private static StoredTensor Floats(StoredTensor like, float value)
    {
        float[] values = like.ToFloats();
        values[^1] = value;
        return StoredTensor.FromFloats(like.Name, like.Shape, values);
    }

    private void Models()
    {
        Folder.Write("invalid.json", Encoding.UTF8.GetBytes("{ \"name\": \"half a"));
        Folder.Write("null.json", Encoding.UTF8.GetBytes("null"));
        Folder.Write("list.json", Encoding.UTF8.GetBytes("[1, 2]"));
        Folder.Write("nodes.json", Encoding.UTF8.GetBytes("{ \"name\": \"none\", \"nodes\": [] }"));
        string good = Safetensors.Read(Folder["good/weights.safetensors"]).Metadata["network"];
        Folder.Write("unknown.json", Encoding.UTF8.GetBytes("{ \"colour\": \"green\"," + good[1..]));
        Folder.Write("larger.json", Encoding.UTF8.GetBytes(good.Replace("28", "32", StringComparison.Ordinal)));
        Folder.Write("classes.json", Encoding.UTF8.GetBytes(good.Replace("10", "11", StringComparison.Ordinal)));
    }

    private void Grids()
    {
        foreach (
            (string name, string text) in new[]
            {
                ("key", "{ \"sparsitys\": [0.5] }"),
                ("option", "{ \"options\": { \"round_epoch\": 2 } }"),
                ("type", "{ \"options\": { \"epochs\": \"many\" } }"),
                ("method", "{ \"methods\": [\"luck\"] }"),
                ("rewind", "{ \"rewind_epochs\": [5], \"options\": { \"epochs\": 5 } }"),
            }
        )
            Folder.Write($"grid-{name}.json", Encoding.UTF8.GetBytes(text));
    }

    private void Images()
    {
        TinyCifar.Write(Folder["cifar"]);
        byte[] record = new byte[3073];
        foreach (string folder in new[] { "cifar-cut", "cifar-label" })
        {
            for (int i = 1; i <= 5; i++)
                Folder.Write($"{folder}/data_batch_{i}.bin", record);
            Folder.Write($"{folder}/test_batch.bin", record);
            Folder.Write($"{folder}/subset.txt", []);
        }
        Folder.Write("cifar-cut/data_batch_3.bin", record[..3000]);
        byte[] strange = [.. record];
        strange[0] = 10;
        Folder.Write("cifar-label/data_batch_2.bin", strange);
        foreach (string folder in new[] { "idx-cut", "idx-text" })
        foreach (string part in new[] { "train", "t10k" })
        {
            Folder.Write($"{folder}/{part}-images-idx3-ubyte", Idx([2, 28, 28]));
            Folder.Write($"{folder}/{part}-labels-idx1-ubyte", Idx([2]));
        }
        Folder.Write("idx-small/subset.txt", Encoding.UTF8.GetBytes("tiny images"));
        foreach (string part in new[] { "train", "t10k" })
        {
            Folder.Write($"idx-small/{part}-images-idx3-ubyte", Idx([300, 14, 14]));
            Folder.Write($"idx-small/{part}-labels-idx1-ubyte", Idx([300]));
        }
        Folder.Write("idx-cut/train-images-idx3-ubyte", Idx([2, 28, 28])[..500]);
        Folder.Write("idx-text/t10k-labels-idx1-ubyte", Encoding.UTF8.GetBytes("five, three"));
    }

    private static byte[] Idx(int[] sizes)
    {
        byte[] file = new byte[4 + 4 * sizes.Length + sizes.Aggregate(1, (product, size) => product * size)];
        (file[2], file[3]) = (8, (byte)sizes.Length);
        for (int i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * i), sizes[i]);
        return file;
    }
}
