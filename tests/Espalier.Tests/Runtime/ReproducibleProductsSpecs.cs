using System.Diagnostics;
using Espalier.Runtime;
using Xunit;

namespace Espalier.Tests.Runtime;

public class ReproducibleProductsSpecs
{
    [Fact]
    public void The_strict_mode_is_in_force_without_anybody_asking()
    {
        Assert.SkipWhen(ReproducibleProducts.Mode() is null, "this libtorch has no oneMKL");
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable(ReproducibleProducts.Variable) is null or ReproducibleProducts.Wanted,
            "another mode is set"
        );
        Assert.Equal("AUTO,STRICT", ReproducibleProducts.Mode());
        Assert.True(ReproducibleProducts.IsInForce);
    }

    [Fact]
    public async Task OneMKL_itself_says_that_it_computes_so()
    {
        Assert.SkipWhen(ReproducibleProducts.Mode() is null, "this libtorch has no oneMKL");
        (int code, string said) = await Child("*wherever_its_matrices_lie", "MKL_VERBOSE=1");
        Assert.True(code == 0, said);
        Assert.Contains("CNR:AUTO,STRICT", said, StringComparison.Ordinal);
    }

    /// <summary>Each makes other paths run where the processor has them: oneMKL's branches, oneDNN's and ATen's instruction sets.</summary>
    [Theory]
    [InlineData("MKL_CBWR=AVX512_E1,STRICT")]
    [InlineData("MKL_CBWR=AVX2,STRICT", "MKL_ENABLE_INSTRUCTIONS=AVX2", "ONEDNN_MAX_CPU_ISA=AVX2")]
    [InlineData("MKL_CBWR=COMPATIBLE", "ATEN_CPU_CAPABILITY=default")]
    public async Task Bits_hold_under_other_settings_of_the_native_libraries(params string[] settings)
    {
        (int code, string said) = await Child("*ends_in_the_same_bits", settings);
        Assert.True(code == 0, said);
        Assert.DoesNotContain("Total: 0,", said, StringComparison.Ordinal);
    }

    /// <summary>Runs tests of bits in a process of their own.</summary>
    private static async Task<(int Code, string Said)> Child(string methods, params string[] settings)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ReproducibleProductsSpecs).Assembly.Location);
        foreach (string argument in new[] { "-class", "*AlignmentSpecs", "-class", "*DeterminismSpecs", "-method", methods })
            start.ArgumentList.Add(argument);
        start.Environment.Remove(ReproducibleProducts.Variable);
        start.Environment["OMP_WAIT_POLICY"] = "passive"; // other tests run beside it
        foreach (string[] setting in settings.Select(text => text.Split('=', 2)))
            start.Environment[setting[0]] = setting[1];
        using Process child = Process.Start(start)!;
        Task<string> said = child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (child.ExitCode, await said + await errors);
    }
}
