using System.Runtime.InteropServices;
using Espalier.Runtime.Loading;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Collectives;

/// <summary>Where a tensor's values lie, on the CPU or on a GPU.</summary>
internal static unsafe class TensorMemory
{
    private static readonly Lazy<nint> s_entry = new(() =>
        Libtorch.Handle("libLibTorchSharp.so") is not 0 and var library
        && NativeLibrary.TryGetExport(library, "THSTensor_data", out nint entry)
            ? entry
            : 0
    );

    /// <summary>The address of the first value; the tensor must be kept for as long as it is used.</summary>
    /// <exception cref="ArgumentException">The values do not lie one after the other.</exception>
    public static nint Of(Tensor values)
    {
        if (!values.is_contiguous())
            throw new ArgumentException("values that ranks exchange must lie one after the other");
        if (s_entry.Value is not 0 and var entry)
            return ((delegate* unmanaged<nint, nint>)entry)(values.Handle);
        fixed (byte* first = values.bytes)
            return (nint)first;
    }

    /// <summary>The same of values that this process itself, or MPI for it, reads and writes.</summary>
    /// <exception cref="ArgumentException">They are on a GPU, or do not lie one after the other.</exception>
    public static nint OnHost(Tensor values) =>
        values.device_type == DeviceType.CPU
            ? Of(values)
            : throw new ArgumentException($"values that ranks exchange without NCCL must be on the CPU, not on {values.device}");
}
