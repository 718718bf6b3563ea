using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>What one rank alone is or meets, of ranks that mpirun started: said once, and the end of all. Skipped without MPI.</summary>
public sealed class LaunchedFaultSpecs : IDisposable
{
    private const string Line = "train --model mlp:width=8 --batch-size 8 --threads 1 --epochs 2 --quiet";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Launcher.OpenMpi)]
    [InlineData(Launcher.Mpich)]
    public async Task A_rank_of_another_version_of_the_program_is_refused_by_one_sentence(string launcher)
    {
        string words = $"{Line} --out {EspalierProcess.Quoted(_folder["out"])}",
            other = EspalierProcess.Quoted(OtherVersion());
        ProcessResult found = await RunAsync($"{Launcher.Line(launcher)} -np 1 {Launcher.Program} {words} : -np 1 dotnet {other} {words}");
        Assert.Equal(2, found.Code);
        Assert.Equal(
            ["error: Rank 1 of 2 has another version of the program than rank 0; expected the same on all ranks."],
            Launcher.Said(found)
        );
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Theory]
    [InlineData(Launcher.OpenMpi)]
    [InlineData(Launcher.Mpich)]
    public async Task An_image_that_one_rank_alone_finds_damaged_in_the_middle_of_a_training_ends_all_with_one_sentence(string launcher)
    {
        SmallImageNet.Write(_folder, "0/ilsvrc");
        SmallImageNet.Write(_folder, "1/ilsvrc");
        // Names and lengths stay: that the ranks have other files is seen only where one is decoded.
        foreach (string file in Directory.GetFiles(_folder["1/ilsvrc/train"], "*_2.JPEG", SearchOption.AllDirectories))
            File.WriteAllBytes(file, new byte[new FileInfo(file).Length]);
        string words = $"{Line} --dataset imagenet:ilsvrc --image-size 16 --damaged refuse --out {EspalierProcess.Quoted(_folder["out"])}";
        string Rank(int rank) =>
            $"-np 1 bash -c {EspalierProcess.Quoted($"cd {EspalierProcess.Quoted(_folder[$"{rank}"])}; exec {Launcher.Program} {words}")}";
        ProcessResult found = await RunAsync($"{Launcher.Line(launcher)} {Rank(0)} : {Rank(1)}");
        Assert.Equal(2, found.Code);
        Assert.Matches("^error: Rank 1 of 2: 'ilsvrc/train/n[0-9]+/n[0-9]+_2.JPEG' is no image", Assert.Single(Launcher.Said(found)));
        Assert.Empty(RankProcesses.In(_folder["out"], "train"));
    }

    /// <summary>This program as another build of it would be: the same code under another number of its module.</summary>
    private string OtherVersion()
    {
        string program = typeof(Application).Assembly.Location,
            other = _folder[$"other/{Path.GetFileName(program)}"];
        Directory.CreateDirectory(_folder["other"]);
        foreach (string path in Directory.GetFileSystemEntries(Path.GetDirectoryName(program)!).Where(path => path != program))
            File.CreateSymbolicLink(_folder[$"other/{Path.GetFileName(path)}"], path);
        byte[] content = File.ReadAllBytes(program);
        using var reader = new PEReader(new MemoryStream(content));
        MetadataReader metadata = reader.GetMetadataReader();
        byte[] number = metadata.GetGuid(metadata.GetModuleDefinition().Mvid).ToByteArray();
        content[content.AsSpan().IndexOf(number)] ^= 1;
        File.WriteAllBytes(other, content);
        return other;
    }

    private Task<ProcessResult> RunAsync(string line) => EspalierProcess.ScriptAsync(_folder[""], Launcher.Script(line));
}
