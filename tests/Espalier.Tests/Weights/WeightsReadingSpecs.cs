using System.Runtime.InteropServices;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Files;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Weights;

/// <summary>Numbers go from a file to their places at once: in whatever type they are, checked, and without a copy beside them.</summary>
public sealed class WeightsReadingSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TensorType.Float16)]
    [InlineData(TensorType.BFloat16)]
    [InlineData(TensorType.Float64)]
    [InlineData(TensorType.Float32)]
    public void Every_floating_type_is_read_as_its_numbers(TensorType type)
    {
        Network network = TrainedPair.Mixed;
        using WeightSet weights = RandomNetworks.Weights(network, new RandomStream(0, "types"));
        StoredTensor[] stored = [.. StateDict.Of(weights).Select(t => t.Type == TensorType.Float32 ? In(type, t) : t)];
        Safetensors.Write(_folder["w.safetensors"], stored);
        TorchCheckpointWriter.Write(_folder["w.pth"], stored);
        foreach (string file in new[] { "w.safetensors", "w.pth" })
        {
            using WeightSet read = WeightsFile.Read(_folder[file], network);
            Assert.All(
                network.Parameters.Concat(network.Buffers),
                p => Assert.Equal(weights.Read(p).Select(value => Rounded(type, value)), read.Read(p))
            );
        }
    }

    [Fact]
    public void What_is_read_is_not_held_in_managed_memory_beside()
    {
        Network network = Mlp.Build(Shape.Maps(3, 16, 16), 10, depth: 2, width: 1024);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "lean"));
        WeightsFile.Write(_folder["w.safetensors"], weights);
        TorchCheckpointWriter.Write(_folder["w.pth"], StateDict.Of(weights));
        foreach (string file in new[] { "w.safetensors", "w.pth" })
        {
            WeightsFile.Read(_folder[file], network).Dispose();
            long before = GC.GetAllocatedBytesForCurrentThread();
            using WeightSet read = WeightsFile.Read(_folder[file], network);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, new FileInfo(_folder[file]).Length / 10);
            Assert.True(read.BitEquals(weights));
        }
    }

    [Fact]
    public void A_changed_number_is_refused_whoever_reads_it()
    {
        using WeightSet weights = RandomNetworks.Weights(TrainedPair.Mlp, new RandomStream(0, "damage"));
        TorchCheckpointWriter.Write(_folder["w.pth"], StateDict.Of(weights));
        byte[] bytes = File.ReadAllBytes(_folder["w.pth"]);
        byte[] number = MemoryMarshal.AsBytes(weights.Read(weights.Network.Parameters[0]).AsSpan()[^1..]).ToArray();
        bytes[bytes.AsSpan().IndexOf(number)] ^= 1;
        File.WriteAllBytes(_folder["w.pth"], bytes);
        Refusal.Of(() => WeightsFile.Read(_folder["w.pth"], TrainedPair.Mlp), "w.pth", "checksum of its entry");
        Refusal.Of(() => TensorFile.Read(_folder["w.pth"]), "w.pth", "checksum of its entry");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_number_that_is_none_is_refused_wherever_it_stands(float wrong)
    {
        Network network = TrainedPair.Mlp;
        using WeightSet weights = RandomNetworks.Weights(network, new RandomStream(0, "finite"));
        Parameter p = network.Parameters[0];
        foreach (int at in new[] { 0, p.Count / 2, p.Count - 1 })
        {
            float[] values = weights.Read(p);
            values[at] = wrong;
            Safetensors.Write(
                _folder["w"],
                StateDict.Of(weights).Select(t => t.Name == p.Name ? StoredTensor.FromFloats(t.Name, t.Shape, values) : t)
            );
            Refusal.Of(() => WeightsFile.Read(_folder["w"], network), "w", "not finite");
        }
    }

    private static StoredTensor In(TensorType type, StoredTensor floats)
    {
        float[] values = MemoryMarshal.Cast<byte, float>(floats.Bytes.Span).ToArray();
        byte[] bytes = type switch
        {
            TensorType.Float16 => [.. values.SelectMany(v => BitConverter.GetBytes((Half)v))],
            TensorType.BFloat16 => [.. values.SelectMany(v => BitConverter.GetBytes(v)[2..])],
            TensorType.Float64 => [.. values.SelectMany(v => BitConverter.GetBytes((double)v))],
            _ => floats.Bytes.ToArray(),
        };
        return StoredTensor.Create(floats.Name, type, floats.Shape, bytes);
    }

    private static float Rounded(TensorType type, float value) =>
        type switch
        {
            TensorType.Float16 => (float)(Half)value,
            TensorType.BFloat16 => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) & unchecked((int)0xffff0000)),
            _ => value,
        };
}
