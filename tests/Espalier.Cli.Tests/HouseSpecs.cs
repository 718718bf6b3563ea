using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>How long a line and a file of code may be, wherever it lies: what no formatter can see to.</summary>
public sealed class HouseSpecs
{
    private const int LongestLine = 140,
        LongestFile = 300,
        Median = 70;

    [Fact]
    public void No_line_of_code_is_longer_than_140_characters()
    {
        (string Path, string[] Lines)[] files = [.. Code()];
        Assert.True(files.Length > 500, $"only {files.Length} files of code were found");
        Assert.Empty(
            files.SelectMany(file =>
                file.Lines.Select((line, i) => (line, Place: $"{file.Path}:{i + 1}"))
                    .Where(found => found.line.Length > LongestLine)
                    .Select(found => found.Place)
            )
        );
    }

    /// <summary>A file that long holds two things.</summary>
    [Fact]
    public void No_file_of_code_is_longer_than_300_lines() =>
        Assert.Empty(Code().Where(file => file.Lines.Length > LongestFile).Select(file => $"{file.Path}: {file.Lines.Length}"));

    /// <summary>Most files hold one thing, and are short for it.</summary>
    [Fact]
    public void Half_of_the_files_of_code_are_shorter_than_70_lines()
    {
        int[] lengths = [.. Code().Select(file => file.Lines.Length).Order()];
        Assert.InRange(lengths[lengths.Length / 2], 1, Median - 1);
    }

    /// <summary>Every C# file of the repository but what a build made.</summary>
    private static IEnumerable<(string Path, string[] Lines)> Code() =>
        new[] { "src", "tests", "bench", "samples" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Select(path => (Path: Path.GetRelativePath(Repository.PathOf("."), path), Full: path))
            .Where(file => !file.Path.Split('/', '\\').Any(part => part is "bin" or "obj" or "artifacts"))
            .Select(file => (file.Path, File.ReadAllLines(file.Full)));
}
