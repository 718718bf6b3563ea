using Espalier.Cli.Tests.Support;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>The program computes with the libraries of an installed PyTorch, loaded from where they are, without LD_LIBRARY_PATH.</summary>
public sealed class OwnPyTorchSpecs(MadeUpPyTorch torch) : IClassFixture<MadeUpPyTorch>, IDisposable
{
    private const string Train = "train --train-images 256 --model mlp:width=16 --threads 1 --epochs 1 --quiet --out";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_trains_with_them_although_others_lie_beside_it_and_ends_in_the_same_bits()
    {
        Linux();
        string given = $"--libtorch '{torch.Package}'";
        ProcessResult own = await Run($"espalier {Train} own {given}"),
            builtIn = await Run($"espalier {Train} built-in --libtorch built-in");
        Assert.True(own.Code == 0, own.Err);
        Assert.True(builtIn.Code == 0, builtIn.Err);
        Assert.Equal(
            File.ReadAllBytes(_folder["built-in", "weights.safetensors"]),
            File.ReadAllBytes(_folder["own", "weights.safetensors"])
        );
    }

    [Fact]
    public async Task Doctor_says_which_library_it_is()
    {
        Linux();
        ProcessResult said = await Run($"ESPALIER_LIBTORCH='{torch.Package}' espalier doctor --threads 1");
        Assert.True(said.Code == 0, said.Err + said.Out);
        Assert.Contains($"libtorch {MadeUpPyTorch.Version} in {torch.Package}/lib (ESPALIER_LIBTORCH)", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_compute_with_the_library_of_their_run()
    {
        Linux();
        string line = string.Join(' ', TinyRun.Line);
        ProcessResult said = await Run($"espalier {line} --quiet --libtorch '{torch.Package}' --out run");
        Assert.True(said.Code == 0, said.Err);
        string[] manifests =
        [
            .. Directory.GetFiles(_folder["store"], "manifest.json", SearchOption.AllDirectories).Select(File.ReadAllText),
        ];
        Assert.NotEmpty(manifests);
        Assert.All(manifests, text => Assert.Contains($"\"libtorch\": \"{MadeUpPyTorch.Version}\"", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Built_without_libtorch_it_takes_python_s()
    {
        Linux();
        ProcessResult said = await Small($"{Train} small", torch.PythonFolder);
        Assert.True(said.Code == 0, said.Err);
        Assert.True(File.Exists(_folder["small", "weights.safetensors"]));
    }

    [Fact]
    public async Task Built_without_libtorch_and_alone_it_says_so_in_one_sentence()
    {
        Linux();
        Script.Write(_folder, "none/python3", "echo");
        ProcessResult said = await Small("show nothing.safetensors", _folder["none"]);
        Assert.Equal(2, said.Code);
        string sentence = Assert.Single(said.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: This program was built without libtorch, and ", sentence);
        Assert.Contains("has no PyTorch", sentence, StringComparison.Ordinal);
        Assert.Equal(0, (await Small("train --help", _folder["none"])).Code);
    }

    [Theory]
    [InlineData("echo 'import failed' >&2; exit 1", "exit code 1")]
    [InlineData("echo /nowhere", "is not there")]
    public async Task What_python_answers_may_be_useless(string script, string reason)
    {
        Linux();
        Script.Write(_folder, "bad/python3", script);
        ProcessResult said = await Small("doctor", _folder["bad"]);
        Assert.Equal(2, said.Code);
        Assert.Contains(reason, Assert.Single(said.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_that_cannot_be_loaded_is_named()
    {
        Linux();
        string libraries = Links("broken", "libc10.so");
        byte[] core = File.ReadAllBytes(Path.Combine(torch.Package, "lib", "libc10.so"));
        core[4] = 1; // of a 64-bit library a 32-bit one
        File.WriteAllBytes(Path.Combine(libraries, "libc10.so"), core);
        ProcessResult said = await Run("espalier doctor --libtorch broken");
        Assert.Equal(2, said.Code);
        string sentence = Assert.Single(said.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: 'libc10.so' of the libtorch in ", sentence);
        Assert.Contains("cannot be loaded: ", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_that_lacks_a_function_is_told_and_not_met_in_the_middle()
    {
        Linux();
        string libraries = Links("older", "libc10.so");
        byte[] core = File.ReadAllBytes(Path.Combine(torch.Package, "lib", "libc10.so"));
        ReadOnlySpan<byte> function = "torchCheckFail"u8;
        for (int at; (at = core.AsSpan().IndexOf(function)) >= 0; )
            core[at] = (byte)'T'; // it has another name there
        File.WriteAllBytes(Path.Combine(libraries, "libc10.so"), core);
        ProcessResult said = await Run("espalier doctor --libtorch older");
        Assert.Equal(2, said.Code);
        string sentence = Assert.Single(said.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: The libtorch in ", sentence);
        Assert.Contains("lacks what this program needs: ", sentence, StringComparison.Ordinal);
        Assert.Contains("torchCheckFail", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Libraries_under_each_other_s_names_are_refused()
    {
        Linux();
        string libraries = Links("mixed", "libtorch_cpu.so", "libtorch.so");
        foreach (string name in new[] { "libtorch_cpu.so", "libtorch.so" })
            File.Copy(Path.Combine(torch.Package, "lib", "libc10.so"), Path.Combine(libraries, name));
        ProcessResult said = await Run("espalier doctor --libtorch mixed");
        Assert.Equal(2, said.Code);
        Assert.Contains("not what their files' names say", said.Err, StringComparison.Ordinal);
    }

    /// <summary>A folder with links to the made-up libraries, some left out.</summary>
    private string Links(string name, params string[] without)
    {
        string libraries = _folder[name, "lib"];
        Directory.CreateDirectory(libraries);
        foreach (
            string path in Directory.GetFiles(Path.Combine(torch.Package, "lib")).Where(path => !without.Contains(Path.GetFileName(path)))
        )
            File.CreateSymbolicLink(Path.Combine(libraries, Path.GetFileName(path)), path);
        return libraries;
    }

    private static void Linux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "a libtorch of one's own is for Linux");

    private Task<ProcessResult> Run(string script) => EspalierProcess.ScriptAsync(_folder.Path, script);

    private Task<ProcessResult> Small(string line, string path) =>
        EspalierProcess.ScriptAsync(
            _folder.Path,
            $"small=$(command -v dotnet); PATH='{path}':$PATH \"$small\" '{torch.SmallProgram}' {line}"
        );
}
