using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Runtime;

/// <summary>
/// The one way from a device to the host. A read waits until the device has done all that it was told, so whoever computes in loops reads
/// after them. Reads are counted, on the CPU too, so that tests see where a GPU would be waited for; a test finds those that do not come
/// through here in the compiled code.
/// </summary>
internal static class HostRead
{
    private static readonly AsyncLocal<Counter?> s_counter = new();

    /// <summary>Counts the reads of what runs here until it is disposed.</summary>
    public static Counter Count() => s_counter.Value = new Counter(s_counter.Value);

    /// <summary>The only value of a tensor.</summary>
    public static T Item<T>(Tensor value)
        where T : unmanaged
    {
        s_counter.Value?.Add();
        return value.item<T>();
    }

    /// <summary>The tensor itself if it is on the CPU, else a copy there.</summary>
    public static Tensor Whole(Tensor values)
    {
        s_counter.Value?.Add();
        return values.cpu();
    }

    /// <summary>A copy on the CPU.</summary>
    public static Tensor Copy(Tensor values)
    {
        s_counter.Value?.Add();
        return values.detach().to(CPU, copy: true);
    }

    /// <summary>All values in a managed array, in the order of the tensor's own memory if it is contiguous.</summary>
    public static T[] Values<T>(Tensor values)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        return Whole(values).data<T>().ToArray();
    }

    /// <summary>Reads since it was made.</summary>
    internal sealed class Counter(Counter? outer) : IDisposable
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public void Add()
        {
            Interlocked.Increment(ref _reads);
            outer?.Add();
        }

        public void Dispose() => s_counter.Value = outer;
    }
}
