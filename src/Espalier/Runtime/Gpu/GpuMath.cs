using System.Runtime.InteropServices;
using Espalier.Runtime.Loading;
using TorchSharp;

namespace Espalier.Runtime.Gpu;

/// <summary>
/// How GPUs compute: whether float32 means float32, and whether the same seed gives the same bits. What is chosen is put in force when a
/// GPU is first asked for.
/// </summary>
public static unsafe class GpuMath
{
    /// <summary>
    /// What holds where nobody chooses: deterministic. What that costs in speed has not been measured.
    /// </summary>
    public const bool DeterministicByDefault = true;

    /// <summary>Read by NVIDIA's libraries as they start: 0 forbids TF32 whatever a program asks for.</summary>
    internal const string OverrideVariable = "NVIDIA_TF32_OVERRIDE";

    /// <summary>Read by cuBLAS as it starts: with a workspace of a fixed size, sums are added in one order.</summary>
    internal const string WorkspaceVariable = "CUBLAS_WORKSPACE_CONFIG";

    private const string Workspace = ":4096:8",
        SmallWorkspace = ":16:8";

    /// <summary>
    /// Functions of libtorch that TorchSharp has no name for, by their C++ names: at::Context's, and what gives the context.
    /// </summary>
    private const string Context = "_ZN2at13globalContextEv",
        SetDeterministic = "_ZN2at7Context21setDeterministicCuDNNEb",
        SetBenchmark = "_ZN2at7Context17setBenchmarkCuDNNEb",
        GetDeterministic = "_ZNK2at7Context18deterministicCuDNNEv",
        GetBenchmark = "_ZNK2at7Context14benchmarkCuDNNEv";

    /// <summary>Whether float32 products may be computed with TF32's ten bits of a fraction.</summary>
    public static bool Tf32 { get; private set; }

    /// <summary>Whether the same seed is to give the same bits on the same GPU.</summary>
    public static bool Deterministic { get; private set; } = DeterministicByDefault;

    /// <summary>Whether a training's steps are told a GPU as one graph each, where the libraries can: the same bits, sooner.</summary>
    public static bool Graphs { get; private set; } = true;

    /// <summary>Chooses, before a GPU is first used.</summary>
    /// <param name="tf32">Default: no.</param>
    /// <param name="deterministic">Default: <see cref="DeterministicByDefault"/>.</param>
    /// <param name="graphs">Default: yes.</param>
    public static void Choose(bool tf32 = false, bool deterministic = DeterministicByDefault, bool graphs = true) =>
        (Tf32, Deterministic, Graphs) = (tf32, deterministic, graphs);

    /// <summary>As manifests have it.</summary>
    internal static string Products =>
        torch.backends.cudnn.allow_tf32 || torch.backends.cuda.matmul.allow_tf32
            ? "float32 products in TF32"
            : "float32 products in float32";

    /// <summary>What is promised of bits, as manifests have it.</summary>
    internal static string Bits =>
        !Deterministic ? "not promised: --deterministic is off"
        : IsDeterministic() is not { } held ? "not promised: this libtorch cannot be told to compute convolutions deterministically"
        : !held ? "not promised: cuDNN is not held to deterministic algorithms"
        : NativeEnvironment.Get(WorkspaceVariable) is not (Workspace or SmallWorkspace)
            ? $"not promised: {WorkspaceVariable} is {NativeEnvironment.Get(WorkspaceVariable)}"
        : "the same seed gives the same bits on the same kind of GPU";

    /// <summary>Puts what was chosen in force.</summary>
    internal static void Enter()
    {
        NativeEnvironment.Set(OverrideVariable, Tf32 ? null : "0");
        if (Deterministic && string.IsNullOrEmpty(NativeEnvironment.Get(WorkspaceVariable)))
            NativeEnvironment.Set(WorkspaceVariable, Workspace);
        torch.backends.cudnn.allow_tf32 = Tf32;
        torch.backends.cuda.matmul.allow_tf32 = Tf32;
        Set(SetDeterministic, Deterministic);
        Set(SetBenchmark, false); // timing decides which algorithm is taken otherwise, and algorithms differ in bits
    }

    /// <summary>
    /// Whether cuDNN is held to deterministic algorithms, none of them chosen by timing; null where that cannot be asked.
    /// </summary>
    internal static bool? IsDeterministic() =>
        Get(GetDeterministic) is { } deterministic && Get(GetBenchmark) is { } benchmark ? deterministic && !benchmark : null;

    private static void Set(string function, bool value)
    {
        if (Find(function) is { } found)
            ((delegate* unmanaged<nint, byte, void>)found.Entry)(found.Context, value ? (byte)1 : (byte)0);
    }

    private static bool? Get(string function) =>
        Find(function) is { } found ? ((delegate* unmanaged<nint, byte>)found.Entry)(found.Context) != 0 : null;

    private static (nint Entry, nint Context)? Find(string function)
    {
        nint library = Libtorch.Handle(TorchFolder.Cpu);
        return
            library != 0
            && NativeLibrary.TryGetExport(library, function, out nint entry)
            && NativeLibrary.TryGetExport(library, Context, out nint context)
            ? (entry, ((delegate* unmanaged<nint>)context)())
            : null;
    }
}
