using System.Text.RegularExpressions;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>The worked examples of CONTRIBUTING.md are the files of a sample, which is built with everything else and tested.</summary>
public sealed partial class ContributingSpecs
{
    private const string Accept = "ESPALIER_UPDATE_SNAPSHOTS",
        Sample = "samples/OneOfYourOwn";

    [Fact]
    public void Every_example_is_the_file_it_names()
    {
        string page = Repository.PathOf("CONTRIBUTING.md"),
            text = File.ReadAllText(page),
            right = Examples().Replace(text, block => $"{block.Groups[1].Value}\n```csharp\n{Code(block.Groups[2].Value)}```\n");
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(page, text = right);
        Assert.True(text == right, $"An example of CONTRIBUTING.md is not its file under {Sample}; run this test once with {Accept}=1.");
    }

    [Fact]
    public void Every_kind_has_its_example() =>
        Assert.Equal(
            Directory
                .EnumerateFiles(Repository.PathOf(Sample), "*.cs")
                .Select(Path.GetFileName)
                .Where(name => name != "Program.cs")
                .Order(StringComparer.Ordinal),
            Examples()
                .Matches(File.ReadAllText(Repository.PathOf("CONTRIBUTING.md")))
                .Select(block => block.Groups[2].Value)
                .Order(StringComparer.Ordinal)
        );

    /// <summary>What follows the namespace.</summary>
    private static string Code(string file) =>
        File.ReadAllText(Repository.PathOf($"{Sample}/{file}")).Split("namespace OneOfYourOwn;\n\n", 2)[1];

    [GeneratedRegex(@"([^\n]*samples/OneOfYourOwn/(\w+\.cs)[^\n]*\n)\n```csharp\n(?s:.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Examples();
}
