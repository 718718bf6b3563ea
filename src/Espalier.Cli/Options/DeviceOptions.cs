using System.CommandLine;
using System.Text.RegularExpressions;
using Espalier.Runtime;
using Espalier.Runtime.Gpu;
using TorchSharp;

namespace Espalier.Cli.Options;

/// <summary>Options that choose where to compute, and how a GPU does.</summary>
internal sealed partial class DeviceOptions
{
    /// <param name="several">Whether the command spreads work over several devices.</param>
    public DeviceOptions(bool several = false) =>
        Device = new("--device")
        {
            Description = several
                ? "Where to compute: auto (all GPUs, else the CPU), cpu, cuda (all GPUs), or some, such as cuda:0,cuda:2."
                : "Where to compute: auto, cpu, cuda or cuda:1.",
            DefaultValueFactory = _ => "auto",
        };

    public Option<string> Device { get; }

    public Option<bool> Tf32 { get; } =
        new("--tf32") { Description = "Let a GPU compute float32 products in TF32: faster, with ten bits of a fraction instead of 23." };

    public Option<bool> Deterministic { get; } =
        new("--deterministic")
        {
            Description = "On a GPU, the same bits for the same seed: --deterministic false gives them up for speed.",
            DefaultValueFactory = _ => GpuMath.DeterministicByDefault,
        };

    public Option<bool> Graphs { get; } =
        new("--cuda-graph")
        {
            Description =
                "On a GPU, launch a training step as one CUDA graph: the same bits, sooner; --cuda-graph false launches each kernel.",
            DefaultValueFactory = _ => true,
        };

    public IEnumerable<Option> All => [Device, .. OfGpus];

    private Option[] OfGpus => [Tf32, Deterministic, Graphs];

    /// <summary>Finds the devices, and puts in force how GPUs compute.</summary>
    /// <exception cref="InputException">One is not there, or what is asked of GPUs is asked of the CPU.</exception>
    public IReadOnlyList<torch.Device> Find(ParseResult parsed)
    {
        Choose(parsed);
        IReadOnlyList<torch.Device> found = ComputeDevice.ParseAll(parsed.GetValue(Device)!);
        if (found is [{ type: DeviceType.CPU }])
        {
            GpuMath.Choose(); // what is refused stays without effect
            foreach (Option option in OfGpus)
                Given.Refuse(parsed, option, "is for GPUs, and this computes on the CPU");
        }
        return found;
    }

    /// <summary>The devices of another machine, which need not be here.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="onGpus">Whether that machine gives some.</param>
    /// <exception cref="InputException">They are no devices, or what is asked of GPUs is asked of the CPU.</exception>
    public string Named(ParseResult parsed, bool onGpus)
    {
        string named =
            Given.Is(parsed, Device) ? parsed.GetValue(Device)!
            : onGpus ? "cuda"
            : "cpu";
        if (named is not ("auto" or "cpu") && !named.Split(',').All(one => one == "cuda" || CudaDevice().IsMatch(one)))
            throw new InputException($"'{named}' of {Device.Name} is no device; expected auto, cpu, cuda, or some, such as cuda:0,cuda:2.");
        if (named == "cpu")
            foreach (Option option in OfGpus)
                Given.Refuse(parsed, option, "is for GPUs, and this computes on the CPU");
        return named;
    }

    /// <summary>Finds the device of a command that uses one.</summary>
    /// <exception cref="InputException">It is not there, several are named, or what is asked of GPUs is asked of the CPU.</exception>
    public torch.Device FindOne(ParseResult parsed)
    {
        Choose(parsed);
        _ = ComputeDevice.Parse(parsed.GetValue(Device)!);
        torch.Device device = Find(parsed)[0];
        ComputeDevice.MustCompute(device);
        return device;
    }

    [GeneratedRegex(@"^cuda:\d{1,3}\z")]
    private static partial Regex CudaDevice();

    private void Choose(ParseResult parsed) =>
        GpuMath.Choose(parsed.GetValue(Tf32), parsed.GetValue(Deterministic), parsed.GetValue(Graphs));
}
