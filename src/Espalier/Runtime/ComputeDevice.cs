using System.Globalization;
using TorchSharp;

namespace Espalier.Runtime;

/// <summary>Devices by name.</summary>
public static class ComputeDevice
{
    /// <summary>Finds a device.</summary>
    /// <param name="name"><c>auto</c> (the first GPU, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</param>
    /// <exception cref="InputException">Unknown, or not there.</exception>
    public static torch.Device Parse(string name)
    {
        if (name == "cpu" || (name == "auto" && !torch.cuda.is_available()))
            return torch.CPU;
        string[] parts = name.Split(':');
        int index = 0;
        if (
            name != "auto"
            && (parts[0] != "cuda" || parts.Length > 2 || (parts.Length == 2 && (!PlainNumber.TryParse(parts[1], out index) || index < 0)))
        )
            throw Nearest.Unknown("device", name, ["auto", "cpu", "cuda", "cuda:1"]);
        if (!torch.cuda.is_available())
            throw new InputException(
                $"Device '{name}' needs a CUDA build of libtorch and a GPU; neither was found. Use cpu, or build with -p:Cuda=true."
            );
        int count = torch.cuda.device_count();
        return index < count
            ? new torch.Device(DeviceType.CUDA, index)
            : throw new InputException($"Device '{name}' is not there; this machine has {count} GPUs.");
    }
}
