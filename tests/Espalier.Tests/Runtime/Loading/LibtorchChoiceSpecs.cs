using Espalier.Runtime.Loading;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Runtime.Loading;

/// <summary>
/// Which libtorch computes: what is named, else python3's where only it serves a GPU that is there, else the built-in one.
/// </summary>
public sealed class LibtorchChoiceSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    // built in, its CUDA, a GPU, may want it, python's, expected
    [InlineData(true, false, true, true, "cuda", "python3")]
    [InlineData(true, false, false, true, "cuda", "built-in")]
    [InlineData(true, true, true, true, "cuda", "built-in")]
    [InlineData(true, false, true, false, "cuda", "built-in")]
    [InlineData(true, false, true, true, "cpu", "built-in")]
    [InlineData(true, false, true, true, "", "built-in")]
    [InlineData(true, false, true, true, "old", "built-in")]
    [InlineData(false, false, false, false, "cpu", "python3")]
    [InlineData(false, false, true, true, "cuda", "python3")]
    public void Without_a_name(bool builtIn, bool builtInCuda, bool gpu, bool forGpu, string python, string expected)
    {
        LibtorchChoice choice = LibtorchChoice.Make(null, forGpu, Here(builtIn, builtInCuda, gpu, python));
        Assert.Equal(expected, choice.Origin);
        Assert.Equal(expected == "python3", choice.Folder is not null);
        Assert.Equal(builtIn && gpu && forGpu && !builtInCuda && python != "cuda", choice.Refused is not null);
    }

    [Theory]
    [InlineData("", "has no PyTorch")]
    [InlineData("old", "too old")]
    public void Nothing_at_all_is_said_with_the_reason_and_what_to_do(string python, string reason)
    {
        InputException fault = Assert.Throws<InputException>(() => LibtorchChoice.Make(null, true, Here(false, false, true, python)));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Contains("built without libtorch", fault.Message, StringComparison.Ordinal);
        Assert.Contains("--libtorch", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_goes_before_everything_and_the_option_before_the_environment()
    {
        string option = Make("option", cuda: false),
            environment = Make("environment", cuda: false);
        LibtorchChoice.Surroundings here = Here(true, true, true, "cuda") with
        {
            Environment = environment,
            AskPython = () => throw new InvalidOperationException("nobody asked for python3's"),
        };
        Assert.Equal(Path.Combine(option, "lib"), LibtorchChoice.Make(option, true, here).Folder!.Libraries);
        LibtorchChoice named = LibtorchChoice.Make(null, true, here);
        Assert.Equal((Path.Combine(environment, "lib"), Libtorch.Variable), (named.Folder!.Libraries, named.Origin));
        Assert.Null(LibtorchChoice.Make(Libtorch.BuiltIn, true, here).Folder);
    }

    [Fact]
    public void A_wrong_name_is_refused_although_there_is_another_library()
    {
        LibtorchChoice.Surroundings here = Here(true, true, true, "cuda") with { Environment = _folder["nothing"] };
        Assert.Contains(
            Libtorch.Variable,
            Assert.Throws<InputException>(() => LibtorchChoice.Make(null, true, here)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InputException>(() => LibtorchChoice.Make(_folder["nothing"], true, here));
        Assert.Throws<InputException>(() => LibtorchChoice.Make(Libtorch.BuiltIn, true, Here(false, false, true, "cuda")));
    }

    [Fact]
    public void What_is_in_this_process_stays()
    {
        _ = TorchSharp.torch.CPU;
        Assert.Null(Libtorch.Use().Folder);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libraries of one's own are for Linux");
        Assert.Contains(
            "already",
            Assert.Throws<InputException>(() => Libtorch.Use(Make("torch", cuda: false))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_version_is_the_library_s_own()
    {
        Assert.Equal("2.10.0", Libtorch.Version);
        Assert.Equal("2.10.0", TorchVersion.Text(0x020a000000000000));
        Assert.True(TorchVersion.IsKnown(Libtorch.Version));
        Assert.True(TorchVersion.IsKnown("2.11.0+cu130"));
        Assert.False(TorchVersion.IsKnown("2.1.0"));
        Assert.False(TorchVersion.IsKnown("2.12.0"));
    }

    private LibtorchChoice.Surroundings Here(bool builtIn, bool builtInCuda, bool gpu, string python) =>
        new(
            builtIn,
            builtInCuda,
            null,
            () => gpu,
            () =>
                python switch
                {
                    "" => new PythonTorch(null, "'/usr/bin/python3' has no PyTorch"),
                    "old" => new PythonTorch(Make("old", cuda: true, "1.13.0")),
                    _ => new PythonTorch(Make(python, python == "cuda")),
                }
        );

    private string Make(string name, bool cuda, string version = "2.11.0")
    {
        byte[] library = File.ReadAllBytes(Environment.ProcessPath!)[..64];
        library.AsSpan(0x28, 8).Clear(); // no table of sections that would lie further on
        library.AsSpan(0x3c, 2).Clear();
        foreach (
            string file in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" }.Concat(
                cuda ? ["libc10_cuda.so", "libtorch_cuda.so"] : []
            )
        )
            _folder.Write($"{name}/lib/{file}", library);
        _folder.WriteText($"{name}/version.py", $"__version__ = '{version}'\n");
        return _folder[name];
    }
}
