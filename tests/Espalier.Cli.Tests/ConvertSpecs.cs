using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Files;
using Espalier.Weights;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>A ticket on its way into a PyTorch training.</summary>
public sealed class ConvertSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_ticket_becomes_a_file_of_PyTorch_that_is_evaluated_as_it_was()
    {
        await Shell.MustAsync(["train", "--epochs", "1", "--out", _folder["A"], .. Shell.Tiny]);
        string weights = _folder["A/weights.safetensors"];
        using (WeightSet trained = WeightsFile.Read(weights))
        {
            StoredTensor[] masks =
            [
                .. trained
                    .Network.Parameters.Where(p => p.IsWeight)
                    .Select(p =>
                        StoredTensor.FromBools(p.Name, [.. p.Shape.Select(s => (long)s)], [.. trained.Read(p).Select(v => v > 0)])
                    ),
            ];
            Safetensors.Write(_folder["positive"], masks);
            using Mask mask = MaskFile.Read(_folder["positive"], trained.Network);
            MaskFile.Write(_folder["mask.safetensors"], mask);
        }
        ShellResult said = await Shell.MustAsync(
            "convert",
            weights,
            "--mask",
            _folder["mask.safetensors"],
            "--out",
            _folder["ticket.pth"],
            "--json"
        );
        Assert.Equal("pruned", said.Json().GetProperty("form").GetString());
        string[] names = [.. said.Json().GetProperty("tensors").EnumerateArray().Select(t => t.GetProperty("name").GetString()!)];
        Assert.Contains("fc1.weight_orig", names);
        Assert.Contains("fc1.weight_mask", names);
        string[] line = ["--precision", "Float32", "--json", "--train-images", "64", "--threads", "1", "--quiet"];
        JsonElement before = (await Shell.MustAsync(["evaluate", weights, "--mask", _folder["mask.safetensors"], .. line])).Json();
        JsonElement after = (await Shell.MustAsync(["evaluate", _folder["ticket.pth"], .. line])).Json();
        Assert.Equal(before.GetProperty("loss").GetDouble(), after.GetProperty("loss").GetDouble());
    }

    [Fact]
    public async Task A_file_that_is_read_is_not_written_over()
    {
        Safetensors.Write(_folder["a.safetensors"], [StoredTensor.FromFloats("w", [1], [1])]);
        ShellResult said = await Shell.RunAsync("convert", _folder["a.safetensors"], "--out", _folder["a.safetensors"]);
        Assert.Equal(2, said.Code);
        Assert.Contains("would be written over", said.Err);
        said = await Shell.RunAsync("convert", _folder["a.safetensors"], "--out", _folder["a.onnx"]);
        Assert.Equal(2, said.Code);
        Assert.Contains("does not say what to write", said.Err);
        Assert.Equal(["a.safetensors"], _folder.Names);
    }
}
