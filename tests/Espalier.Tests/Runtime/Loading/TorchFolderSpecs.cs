using System.Buffers.Binary;
using Espalier.Runtime.Loading;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Runtime.Loading;

/// <summary>Folders with made-up libraries: what is wrong with one is said before anything of it is loaded.</summary>
public sealed class TorchFolderSpecs : IDisposable
{
    private static readonly string[] s_libraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("torch")]
    [InlineData("torch/lib")]
    [InlineData("")]
    public void A_package_the_folder_around_it_and_its_libraries_name_the_same(string given)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "names of libraries are Linux's");
        Make("torch/lib");
        _folder.WriteText("torch/version.py", "from typing import Optional\n__version__ = '2.11.0+cu130'\ncuda: Optional[str] = '13.0'\n");

        TorchFolder found = TorchFolder.Open(_folder[given], "--libtorch");

        Assert.Equal(_folder["torch", "lib"], found.Libraries);
        Assert.Equal("2.11.0+cu130", found.Version);
        Assert.False(found.HasCuda);
    }

    [Fact]
    public void An_unpacked_libtorch_says_its_version_in_another_file()
    {
        Make("libtorch/lib");
        _folder.WriteText("libtorch/build-version", "2.10.0+cpu\n");
        Assert.Equal("2.10.0+cpu", TorchFolder.Open(_folder["libtorch"], "--libtorch").Version);
    }

    [Fact]
    public void Libraries_of_the_gpu_come_after_those_they_need_and_before_the_one_that_needs_them()
    {
        Make("lib");
        foreach (string name in new[] { "libtorch_cuda.so", "libc10_cuda.so" })
            _folder.Write($"lib/{name}", Elf(62));
        string[] order = [.. TorchFolder.Open(_folder.Path, "--libtorch").InOrder().Select(path => Path.GetFileName(path))];
        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"], order);
    }

    [Theory]
    [InlineData("1.13.0a0", false)]
    [InlineData("2.9.1+cu128", false)]
    [InlineData("2.10.0", true)]
    [InlineData("2.11.0+cu130", true)]
    [InlineData("3.0.0.dev20270101", true)]
    [InlineData("unknown", true)]
    public void A_version_is_too_old_or_tried(string version, bool isTried)
    {
        Make("torch/lib");
        _folder.WriteText("torch/version.py", $"__version__ = \"{version}\"\n");
        if (isTried)
            Assert.Equal(version, TorchFolder.Open(_folder["torch"], "--libtorch").Version);
        else
            Assert.Contains($"version {version}, which is too old; expected 2.10", Refusal("torch"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_none_is_refused() => Assert.Contains("is not there", Refusal("nothing"), StringComparison.Ordinal);

    [Fact]
    public void A_file_is_refused()
    {
        _folder.WriteText("torch", "");
        Assert.Contains("is a file", Refusal("torch"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_libraries_is_refused()
    {
        _folder.WriteText("torch/lib/readme.txt", "");
        Assert.Contains("holds no libtorch", Refusal("torch"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libc10.so")]
    [InlineData("libtorch.so")]
    public void A_missing_library_is_named(string name)
    {
        Make("torch/lib");
        File.Delete(_folder["torch", "lib", name]);
        Assert.Contains($"{name} is missing", Refusal("torch"), StringComparison.Ordinal);
    }

    [Fact]
    public void Cuda_without_its_core_is_not_complete()
    {
        Make("torch/lib");
        _folder.Write("torch/lib/libtorch_cuda.so", Elf(62));
        Assert.Contains("libc10_cuda.so is missing", Refusal("torch"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(183, "aarch64")]
    [InlineData(21, "ppc64")]
    [InlineData(9999, "machine 9999")]
    public void Another_machine_s_library_is_refused(int machine, string name)
    {
        Assert.SkipUnless(ElfFile.Here == "x86-64", "the made-up libraries are for x86-64");
        Make("torch/lib");
        _folder.Write("torch/lib/libtorch_cpu.so", Elf(machine));
        Assert.Contains($"is for {name} machines; this one is x86-64", Refusal("torch"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libtorch.so")]
    [InlineData("libtorch_cuda.so")]
    public void A_library_that_is_cut_short_is_refused(string name)
    {
        Make("torch/lib");
        _folder.Write("torch/lib/libc10_cuda.so", Elf(62));
        byte[] elf = Elf(62);
        BinaryPrimitives.WriteInt64LittleEndian(elf.AsSpan(0x28), 4096); // its sections lie where the file has ended
        _folder.Write($"torch/lib/{name}", elf);
        Assert.Contains($"{name}' (--libtorch) is cut short", Refusal("torch"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("version https://git-lfs.github.com/spec/v1")]
    public void What_is_no_library_is_refused(string text)
    {
        Make("torch/lib");
        _folder.WriteText("torch/lib/libtorch_cpu.so", text);
        Assert.Contains("is no library of Linux", Refusal("torch"), StringComparison.Ordinal);
    }

    private string Refusal(string folder)
    {
        InputException fault = Assert.Throws<InputException>(() => TorchFolder.Open(_folder[folder], "--libtorch"));
        Assert.Contains("--libtorch", fault.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, fault.Message, StringComparison.Ordinal);
        return fault.Message;
    }

    private void Make(string place)
    {
        foreach (string name in s_libraries)
            _folder.Write($"{place}/{name}", Elf(ElfFile.Here == "aarch64" ? 183 : 62));
    }

    /// <summary>The beginning of a 64-bit little-endian library.</summary>
    private static byte[] Elf(int machine)
    {
        byte[] bytes = new byte[64];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(16), 3);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(18), (ushort)machine);
        return bytes;
    }
}
