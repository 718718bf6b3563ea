using System.Runtime.InteropServices;
using Espalier.Runtime.Loading;

namespace Espalier.Collectives;

/// <summary>The functions of NVIDIA's NCCL by its documented C interface.</summary>
internal sealed unsafe class NcclLibrary
{
    private const string FileName = "libnccl.so.2";

    /// <summary>Bytes of ncclUniqueId, which calls take by value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct UniqueId
    {
        public const int Length = 128;

        public fixed byte Bytes[Length];
    }

    public readonly delegate* unmanaged<int*, int> Version;
    public readonly delegate* unmanaged<UniqueId*, int> NewId;
    public readonly delegate* unmanaged<nint*, int, UniqueId, int, int> Join;
    public readonly delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int> AllReduce;
    public readonly delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int> Broadcast;
    public readonly delegate* unmanaged<nint, int> Leave,
        Abort;

    private readonly delegate* unmanaged<int, byte*> _text;

    private NcclLibrary(nint library)
    {
        Version = (delegate* unmanaged<int*, int>)Of("ncclGetVersion");
        NewId = (delegate* unmanaged<UniqueId*, int>)Of("ncclGetUniqueId");
        Join = (delegate* unmanaged<nint*, int, UniqueId, int, int>)Of("ncclCommInitRank");
        AllReduce = (delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int>)Of("ncclAllReduce");
        Broadcast = (delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int>)Of("ncclBroadcast");
        Leave = (delegate* unmanaged<nint, int>)Of("ncclCommDestroy");
        Abort = (delegate* unmanaged<nint, int>)Of("ncclCommAbort");
        _text = (delegate* unmanaged<int, byte*>)Of("ncclGetErrorString");

        nint Of(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>Refuses a failed call.</summary>
    /// <exception cref="InputException">It failed; the sentence has the library's words.</exception>
    public void Must(int code, string what)
    {
        if (code != 0)
            throw new InputException($"NCCL could not {what}: {Marshal.PtrToStringUTF8((nint)_text(code))} (code {code}).");
    }

    /// <summary>Loads what this process's libtorch has beside it, or what the system knows.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static NcclLibrary Load()
    {
        string? given = Environment.GetEnvironmentVariable(NcclCollective.Variable) is { Length: > 0 } named ? named : null;
        foreach (string name in given is not null ? [given] : Places())
            if (NativeLibrary.TryLoad(name, out nint library))
                try
                {
                    return new NcclLibrary(library);
                }
                catch (EntryPointNotFoundException fault)
                {
                    throw new InputException(
                        $"'{name}' is no NCCL that is known here: {fault.Message.Split('\n')[0].TrimEnd('.')}.",
                        fault
                    );
                }
        throw new InputException(
            $"Ranks on GPUs need NCCL, and there is no {given ?? FileName} here; install it (pip's PyTorch brings it), or name it"
                + $" in {NcclCollective.Variable}; with {NcclCollective.Variable}=none sums go by way of the host."
        );
    }

    /// <summary>Loaded already, as pip's PyTorch does; beside libtorch; in pip's own package beside that; where the system looks.</summary>
    private static IEnumerable<string> Places()
    {
        foreach (string loaded in LoadedFiles.Named(FileName))
            yield return loaded;
        string? torch =
            Libtorch.Current.Folder?.Libraries ?? LoadedFiles.Named(TorchFolder.Cpu).Select(Path.GetDirectoryName).FirstOrDefault();
        if (torch is not null)
        {
            yield return Path.Combine(torch, FileName);
            yield return Path.GetFullPath(Path.Combine(torch, "..", "..", "nvidia", "nccl", "lib", FileName));
        }
        yield return FileName;
    }
}
