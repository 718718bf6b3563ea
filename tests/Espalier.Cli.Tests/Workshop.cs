using Espalier.Files;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>A folder with small artefacts made by the commands themselves, and damaged copies of them.</summary>
public sealed class Workshop : IAsyncLifetime
{
    public static readonly string[] Small = ["--train-images", "256", "--threads", "1", "--quiet"];

    public string Folder { get; } = Directory.CreateTempSubdirectory("espalier-cli-").FullName;

    public string this[string name] => Path.Combine(Folder, name);

    public async ValueTask InitializeAsync()
    {
        foreach (string name in new[] { "A", "B" })
            await Tool.Do(["train", "--name", name, "--model", "mlp:width=16", "--epochs", "2", "--checkpoints", "0,1", "--out", this[name], .. Small]);
        await Tool.Do(["train", "--model", "mlp:width=12", "--epochs", "1", "--out", this["other"], .. Small]);
        await Tool.Do(["prune", this["A/weights.safetensors"], "--sparsity", "0.8,0.9", "--round-epochs", "1", "--out", this["P"], .. Small]);
        await Tool.Do(["prune", this["other/weights.safetensors"], "--sparsity", "0.5", "--round-epochs", "1", "--out", this["otherP"], .. Small]);
        await Tool.Do(["match", this["A/weights.safetensors"], this["B/weights.safetensors"], "--match-images", "200", "--out", this["pi.safetensors"], .. Small]);
        await Tool.Do(["match", this["other/weights.safetensors"], this["other/weights.safetensors"], "--match-images", "200", "--out", this["otherpi.safetensors"], .. Small]);
        Damage();
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private void Damage()
    {
        byte[] good = File.ReadAllBytes(this["A/weights.safetensors"]);
        File.WriteAllBytes(this["truncated.safetensors"], good[..(good.Length / 2)]);
        File.WriteAllBytes(this["empty.safetensors"], []);
        File.WriteAllText(this["text.safetensors"], "these are no weights, but long enough to have a header length");
        byte[] header = [.. good];
        header[20] ^= 0xff;
        File.WriteAllBytes(this["header.safetensors"], header);
        File.WriteAllText(this["broken.pth"], "no zip");

        TensorFile weights = Safetensors.Read(this["A/weights.safetensors"]);
        void Write(string name, Func<StoredTensor, StoredTensor?> change) => Safetensors.Write(this[name], weights.Tensors.Values.Select(change).OfType<StoredTensor>(), weights.Metadata);
        Write("nan.safetensors", t => t.Name == "fc2.bias" ? StoredTensor.FromFloats(t.Name, t.Shape, [.. t.ToFloats().Select(_ => float.NaN)]) : t);
        Write("missing.safetensors", t => t.Name == "fc2.bias" ? null : t);
        Write("extra.safetensors", t => t.Name == "fc2.bias" ? t.Renamed("fc9.bias") : t);
        Write("shape.safetensors", t => t.Name == "fc2.weight" ? StoredTensor.FromFloats(t.Name, [t.Shape[0] * t.Shape[1]], t.ToFloats()) : t);
        Write("integers.safetensors", t => t.Name == "fc2.bias" ? StoredTensor.FromInts(t.Name, t.Shape, new int[t.Count]) : t);
        TensorFile pi = Safetensors.Read(this["pi.safetensors"]);
        Safetensors.Write(this["nobijection.safetensors"], pi.Tensors.Values.Select(t => StoredTensor.FromInts(t.Name, t.Shape, new int[t.Count])), pi.Metadata);

        Directory.CreateDirectory(this["cifar-short/cifar-10-batches-bin"]);
        Directory.CreateDirectory(this["cifar-label/cifar-10-batches-bin"]);
        foreach (string file in (string[])["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"])
        {
            File.WriteAllBytes(this[$"cifar-short/cifar-10-batches-bin/{file}"], new byte[file == "data_batch_3.bin" ? 5000 : 2 * 3073]);
            byte[] records = new byte[2 * 3073];
            if (file == "test_batch.bin") records[3073] = 11;
            File.WriteAllBytes(this[$"cifar-label/cifar-10-batches-bin/{file}"], records);
        }
        Directory.CreateDirectory(this["idx"]);
        foreach (string file in (string[])["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
            File.WriteAllBytes(this[$"idx/{file}"], [0, 0, 8, 3, 0, 0]);
        File.WriteAllText(this["net.json"], """{ "name": "x", "nodes": [ { "name": "input", "operation": { "op": "input", "channels": 1, "height": 28, "width": 28 }, "colour": 3 } ] }""");
        File.WriteAllText(this["small.json"], """{ "name": "x", "nodes": [ { "name": "input", "operation": { "op": "input", "channels": 1, "height": 4, "width": 4 } }, { "name": "f", "operation": { "op": "flatten" } }, { "name": "l", "operation": { "op": "linear", "out": 10 } } ] }""");
        File.WriteAllText(this["file"], "a file where a folder is wanted");
    }
}
