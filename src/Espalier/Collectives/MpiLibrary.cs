using System.Runtime.InteropServices;
using System.Text;
using Espalier.Runtime;

namespace Espalier.Collectives;

/// <summary>
/// The functions of an MPI library, without a shim. Open MPI's handles are addresses of objects that it exports, those of MPICH and its kin
/// numbers of 32 bits; as both fit a register, one set of functions with handles of its size serves either.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>The environment variable that names a library.</summary>
    public const string Variable = "ESPALIER_MPI";

    private const int TextLength = 8192; // MPI_MAX_LIBRARY_VERSION_STRING and MPI_MAX_ERROR_STRING of both are not larger

    private static readonly string[] OpenMpi = ["libmpi.so.40", "libmpi.so"],
        Mpich = ["libmpich.so.12", "libmpi.so.12"];

    private readonly delegate* unmanaged<byte*, int*, int> _version;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorText;

    public readonly nint World,
        Float,
        Double,
        Int64,
        Byte,
        Sum,
        ErrorsReturn,
        IgnoredStatus;
    public readonly void* InPlace;

    public readonly delegate* unmanaged<int*, int> Initialized,
        Finalized;
    public readonly delegate* unmanaged<void*, void*, int, int*, int> Init;
    public readonly delegate* unmanaged<int> Finish;
    public readonly delegate* unmanaged<nint, int*, int> RankOf,
        SizeOf;
    public readonly delegate* unmanaged<nint, nint, int> SetErrorHandler;
    public readonly delegate* unmanaged<void*, void*, int, nint, nint, nint, int> AllReduce;
    public readonly delegate* unmanaged<void*, int, nint, int, nint, int> Broadcast;
    public readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int> AllGather;
    public readonly delegate* unmanaged<nint, nint*, int> BeginBarrier;
    public readonly delegate* unmanaged<nint*, int*, nint, int> Test;
    public readonly delegate* unmanaged<nint, int, int> Abort;

    private MpiLibrary(nint library)
    {
        _version = (delegate* unmanaged<byte*, int*, int>)Of("MPI_Get_library_version");
        _errorText = (delegate* unmanaged<int, byte*, int*, int>)Of("MPI_Error_string");
        Initialized = (delegate* unmanaged<int*, int>)Of("MPI_Initialized");
        Finalized = (delegate* unmanaged<int*, int>)Of("MPI_Finalized");
        Init = (delegate* unmanaged<void*, void*, int, int*, int>)Of("MPI_Init_thread");
        Finish = (delegate* unmanaged<int>)Of("MPI_Finalize");
        RankOf = (delegate* unmanaged<nint, int*, int>)Of("MPI_Comm_rank");
        SizeOf = (delegate* unmanaged<nint, int*, int>)Of("MPI_Comm_size");
        SetErrorHandler = (delegate* unmanaged<nint, nint, int>)Of("MPI_Comm_set_errhandler");
        AllReduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, int>)Of("MPI_Allreduce");
        Broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Of("MPI_Bcast");
        AllGather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)Of("MPI_Allgather");
        BeginBarrier = (delegate* unmanaged<nint, nint*, int>)Of("MPI_Ibarrier");
        Test = (delegate* unmanaged<nint*, int*, nint, int>)Of("MPI_Test");
        Abort = (delegate* unmanaged<nint, int, int>)Of("MPI_Abort");
        IsOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out World);
        if (IsOpenMpi)
        {
            (Float, Double, Int64, Byte) = (Of("ompi_mpi_float"), Of("ompi_mpi_double"), Of("ompi_mpi_int64_t"), Of("ompi_mpi_byte"));
            (Sum, ErrorsReturn, IgnoredStatus) = (Of("ompi_mpi_op_sum"), Of("ompi_mpi_errors_return"), 0);
            InPlace = (void*)1;
            return;
        }
        // mpi.h of MPICH 4; Intel MPI and MVAPICH keep to the same numbers.
        (World, Float, Double, Int64, Byte) = (0x44000000, 0x4c00040a, 0x4c00080b, 0x4c00083a, 0x4c00010d);
        (Sum, ErrorsReturn, IgnoredStatus) = (0x58000003, 0x54000001, 1);
        InPlace = (void*)-1;

        nint Of(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>Which of the two kinds it is.</summary>
    public bool IsOpenMpi { get; }

    /// <summary>What it says of itself: <c>Open MPI v4.1.4</c>.</summary>
    public string Version
    {
        get
        {
            byte* text = stackalloc byte[TextLength];
            int length = 0;
            if (_version(text, &length) != 0)
                return "";
            // Open MPI v4.1.4, package: …; or MPICH Version: 4.0.2, and how it was built in many lines.
            string first = Encoding
                .UTF8.GetString(text, length)
                .Split('\n', ',', '\0')[0]
                .Replace("Version:", "", StringComparison.Ordinal);
            return string.Join(' ', first.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }
    }

    /// <summary>Refuses a failed call.</summary>
    /// <exception cref="BrokenRanksException">It failed; the sentence has the library's words.</exception>
    public void Must(int code, string what)
    {
        if (code == 0)
            return;
        byte* text = stackalloc byte[TextLength];
        int length = 0;
        string reason = _errorText(code, text, &length) == 0 ? Text(text, length) : $"code {code}";
        throw new BrokenRanksException($"MPI could not {what}: {reason.Split('\n')[0].TrimEnd('.')}.");
    }

    /// <summary>Some count the closing zero, some do not.</summary>
    private static string Text(byte* text, int length) =>
        string.Join(
            ' ',
            Encoding.UTF8.GetString(text, length).TrimEnd('\0', '\n').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );

    /// <summary>Loads one.</summary>
    /// <param name="launcher">Who started this process.</param>
    /// <exception cref="InputException">There is none.</exception>
    public static MpiLibrary Load(MpiLauncher launcher)
    {
        // UCX, below either library, would take the faults that .NET makes NullReferenceException of; and who waits gives way.
        foreach (
            (string name, string value) in new[]
            {
                ("UCX_HANDLE_ERRORS", "none"),
                ("UCX_ERROR_SIGNALS", ""),
                ("OMPI_MCA_mpi_yield_when_idle", "1"),
            }
        )
            if (NativeEnvironment.Get(name) is null)
                NativeEnvironment.Set(name, value);
        string? given = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;
        string[] names =
            given is not null ? [given]
            : launcher == MpiLauncher.Mpich ? [.. Mpich, .. OpenMpi]
            : [.. OpenMpi, .. Mpich];
        foreach (string name in names)
            if (NativeLibrary.TryLoad(name, out nint library))
                try
                {
                    return new MpiLibrary(library);
                }
                catch (EntryPointNotFoundException fault) when (given is not null)
                {
                    throw new InputException(
                        $"'{given}' ({Variable}) is no MPI library: {fault.Message.Split('\n')[0].TrimEnd('.')}.",
                        fault
                    );
                }
        throw new InputException(
            $"This process was started as one of several ranks, and no MPI library is here ({string.Join(", ", names)}); install Open MPI"
                + $" or MPICH, or name its library in {Variable}."
        );
    }
}
