using Espalier.Runtime.Gpu;
using Espalier.Runtime.Loading;
using TorchSharp;

namespace Espalier.Runtime;

/// <summary>Devices by name.</summary>
public static class ComputeDevice
{
    private static readonly string[] s_known = ["auto", "cpu", "cuda", "cuda:1"];

    /// <summary>Finds one device. Before the first GPU is given, <see cref="GpuMath"/> is put in force.</summary>
    /// <param name="name"><c>auto</c> (the first GPU, else the CPU), <c>cpu</c>, <c>cuda</c> (the first one) or <c>cuda:1</c>.</param>
    /// <exception cref="InputException">Unknown, not there, or several.</exception>
    public static torch.Device Parse(string name)
    {
        if (name.Contains(',', StringComparison.Ordinal))
            throw new InputException($"Several devices ('{name}') are for runs, whose workers share them; expected one, such as cuda:0.");
        return ParseAll(name)[0];
    }

    /// <summary>Finds all devices of a name. Before GPUs are given, <see cref="GpuMath"/> is put in force.</summary>
    /// <param name="names"><c>auto</c> (all GPUs, else the CPU), <c>cpu</c>, <c>cuda</c> (all GPUs), or some, such as
    /// <c>cuda:0,cuda:2</c>.</param>
    /// <exception cref="InputException">Unknown, or not there.</exception>
    public static IReadOnlyList<torch.Device> ParseAll(string names)
    {
        IReadOnlyList<string> found = Resolve(names, () => torch.cuda.is_available() ? torch.cuda.device_count() : 0);
        if (found is ["cpu"])
            return [torch.CPU];
        GpuMath.Enter();
        return [.. found.Select(name => new torch.Device(DeviceType.CUDA, Number(name, names)))];
    }

    /// <summary>
    /// Refuses a device that cannot compute: its memory is full, it is another program's alone, or the library is not for it.
    /// </summary>
    /// <exception cref="InputException">It cannot.</exception>
    public static void MustCompute(torch.Device device) =>
        MustCompute(device.ToString(), () => HostRead.Item<float>(torch.ones(1, device: device)));

    /// <param name="name">The device's.</param>
    /// <param name="compute">Something small there.</param>
    internal static void MustCompute(string name, Func<float> compute)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            _ = compute();
        }
        catch (Exception fault) when (DeviceFaults.Of(fault) is not DeviceFault.None and var kind)
        {
            string state = kind == DeviceFault.OutOfMemory ? "has no memory left" : "cannot be used";
            throw new InputException($"Device '{name}' {state}: {DeviceFaults.Reason(fault)}.", fault);
        }
    }

    /// <summary>The names of single devices that a name stands for.</summary>
    /// <param name="names">What the user wrote.</param>
    /// <param name="gpus">How many GPUs there are; asked only if it matters.</param>
    internal static IReadOnlyList<string> Resolve(string names, Func<int> gpus)
    {
        if (names == "cpu")
            return ["cpu"];
        string[] parts = names.Split(',', StringSplitOptions.TrimEntries);
        if (names is not ("auto" or "cuda"))
            foreach (string part in parts.Where(part => part != "cuda"))
                Number(part, names); // refuses what is no device
        int count = gpus();
        if (names == "auto" && count == 0)
            return ["cpu"];
        if (count == 0)
            throw new InputException(
                $"Device '{names}' needs a libtorch with CUDA and a GPU; {Lacking()}. Use cpu, or name"
                    + $" a PyTorch with CUDA by {Libtorch.Option}."
            );
        if (names is "auto" or "cuda")
            return [.. Enumerable.Range(0, count).Select(i => $"cuda:{i}")];
        foreach (string part in parts)
            if (part == "cuda" || Number(part, names) >= count)
                throw new InputException(
                    part == "cuda"
                        ? $"'{names}' names all GPUs and some; expected cuda alone, or numbers such as cuda:0,cuda:1."
                        : $"Device '{part}' is not there; this machine has {Counted.Of(count, "GPU")}."
                );
        return parts.Distinct(StringComparer.Ordinal).Count() == parts.Length
            ? parts
            : throw new InputException($"'{names}' names a device twice; expected each once.");
    }

    private static string Lacking() =>
        Libtorch.Current is { Refused: { } reason } ? $"neither was found here: {reason}" : "neither was found here";

    private static int Number(string name, string names) =>
        name.Split(':') is ["cuda", var text] && PlainNumber.TryParse(text, out int index) && index >= 0
            ? index
            : throw Nearest.Unknown("device", names, s_known);
}
