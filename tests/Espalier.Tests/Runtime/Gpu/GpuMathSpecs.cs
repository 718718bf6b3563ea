using System.Diagnostics;
using Espalier.Runtime;
using Espalier.Runtime.Gpu;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Runtime.Gpu;

/// <summary>Switches are set in libtorch and in the environment of NVIDIA's libraries: it needs no GPU, but a process a case.</summary>
public class GpuMathSpecs
{
    private const string Case = "ESPALIER_TEST_GPU_MATH";

    [Theory]
    [InlineData("default", "float32 products in float32", "the same seed gives the same bits", "0", ":4096:8")]
    [InlineData("tf32", "float32 products in TF32", "the same seed gives the same bits", "", ":4096:8")]
    [InlineData("fast", "float32 products in float32", "not promised: --deterministic is off", "0", "")]
    [InlineData("own", "float32 products in float32", "not promised: CUBLAS_WORKSPACE_CONFIG is :0:0", "0", ":0:0")]
    public async Task A_choice_reaches_the_libraries(string choice, string products, string bits, string tf32, string workspace)
    {
        if (Environment.GetEnvironmentVariable(Case) is not { } mine)
        {
            (int code, string said) = await Child(choice);
            Assert.True(code == 0, said);
            Assert.DoesNotContain("Total: 0,", said, StringComparison.Ordinal);
            return;
        }
        if (mine != choice)
            return;
        GpuMath.Choose(choice == "tf32", choice != "fast");
        GpuMath.Enter();
        Assert.Equal(products, GpuMath.Products);
        Assert.StartsWith(bits, GpuMath.Bits);
        Assert.Equal(choice != "fast", GpuMath.IsDeterministic());
        Assert.Equal(choice == "tf32", backends.cudnn.allow_tf32);
        Assert.Equal(choice == "tf32", backends.cuda.matmul.allow_tf32);
        Assert.Equal(tf32, NativeEnvironment.Get("NVIDIA_TF32_OVERRIDE") ?? "");
        Assert.Equal(workspace, NativeEnvironment.Get("CUBLAS_WORKSPACE_CONFIG") ?? "");
    }

    [Fact]
    public void Float32_is_float32_and_bits_repeat_unless_somebody_asks()
    {
        Assert.False(GpuMath.Tf32);
        Assert.True(GpuMath.DeterministicByDefault);
    }

    private static async Task<(int Code, string Said)> Child(string choice)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(GpuMathSpecs).Assembly.Location);
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add("*GpuMathSpecs.A_choice_reaches*");
        start.Environment[Case] = choice;
        start.Environment.Remove("CUBLAS_WORKSPACE_CONFIG");
        start.Environment["NVIDIA_TF32_OVERRIDE"] = "1"; // what is there already must not decide
        if (choice == "own")
            start.Environment["CUBLAS_WORKSPACE_CONFIG"] = ":0:0";
        using Process child = Process.Start(start)!;
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Task<string> said = child.StandardOutput.ReadToEndAsync(cancel),
            errors = child.StandardError.ReadToEndAsync(cancel);
        await child.WaitForExitAsync(cancel);
        return (child.ExitCode, await said + await errors);
    }
}
