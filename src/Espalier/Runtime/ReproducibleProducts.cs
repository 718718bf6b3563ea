using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Espalier.Runtime.Loading;

namespace Espalier.Runtime;

/// <summary>
/// oneMKL's conditional numerical reproducibility. Without it, a float32 product of matrices depends on Intel's processors on where in
/// memory the matrices happen to lie, so that a resumed training differs by a last bit from one that was never stopped. It is asked for as
/// this library is loaded, which must happen before the first product of the process; on the processors tried it costs nothing that can be
/// measured (<c>docs/reproducibility.md</c>).
/// </summary>
public static class ReproducibleProducts
{
    /// <summary>
    /// The environment variable that oneMKL reads at its first use. One that is set already is left as it is; empty, it turns the mode off.
    /// </summary>
    public const string Variable = "MKL_CBWR";

    /// <summary>The mode asked for: the processor's own instructions, in an order that does not depend on alignment.</summary>
    public const string Wanted = "AUTO,STRICT";

    private const int All = -1,
        Strict = 0x10000;

    private static readonly Dictionary<int, string> s_branches = new()
    {
        [1] = "OFF",
        [2] = "AUTO",
        [3] = "COMPATIBLE",
        [4] = "SSE2",
        [6] = "SSSE3",
        [7] = "SSE4_1",
        [8] = "SSE4_2",
        [9] = "AVX",
        [10] = "AVX2",
        [11] = "AVX512_MIC",
        [12] = "AVX512",
        [13] = "AVX512_MIC_E1",
        [14] = "AVX512_E1",
    };

    /// <summary>
    /// Whether products give the same bits wherever their matrices lie: the strict mode, or no oneMKL in this build of libtorch.
    /// </summary>
    public static bool IsInForce => Mode()?.EndsWith(",STRICT", StringComparison.Ordinal) ?? true;

    /// <summary>
    /// The mode that oneMKL says it is in, such as <c>AUTO,STRICT</c> or <c>OFF</c>; null where libtorch has no oneMKL that can be asked.
    /// </summary>
    public static string? Mode()
    {
        // Where the system does not tell what is loaded, the library is asked for by name.
        nint library = Libtorch.Handle(TorchFolder.Cpu);
        if (library == 0 && !NativeLibrary.TryLoad("torch_cpu", typeof(ReproducibleProducts).Assembly, null, out library))
            return null;
        if (!NativeLibrary.TryGetExport(library, "mkl_serv_cbwr_get", out nint entry))
            return null;
        unsafe
        {
            int mode = ((delegate* unmanaged<int, int>)entry)(All);
            return s_branches.GetValueOrDefault(mode & ~Strict, $"{mode & ~Strict}") + ((mode & Strict) != 0 ? ",STRICT" : "");
        }
    }

    // A library that is only referenced has no other place that comes before its first use.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Ask()
#pragma warning restore CA2255
    {
        NativeEnvironment.Set(Variable, Environment.GetEnvironmentVariable(Variable) ?? Wanted);
    }
}
