using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Runtime;

/// <summary>
/// The one way from managed memory to a device inside loops. From pageable memory a copy waits for the device; from page-locked memory it
/// is queued like any other work, and the memory is used again only when that has been done.
/// </summary>
internal static class Upload
{
    /// <summary>A copy on a device, in the caller's dispose scope; on the CPU the tensor itself.</summary>
    public static Tensor To(Tensor host, Device device)
    {
        if (device.type != DeviceType.CUDA)
            return host.to(device);
        using Tensor locked = host.pin_memory();
        return locked.to(device, non_blocking: true);
    }
}
