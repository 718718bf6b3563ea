using System.Reflection;
using Espalier.Cli.Tests.Support;
using PublicApiGenerator;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>What each library lets others use is a file under Surface: who changes it says so.</summary>
public sealed class SurfaceSpecs
{
    private const string Accept = "ESPALIER_UPDATE_SNAPSHOTS";

    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    public static TheoryData<string> Libraries { get; } =
    ["Espalier", "Espalier.Images", "Espalier.Onnx", "Espalier.Lab", "Espalier.Reports"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void What_a_library_lets_others_use_is_as_its_file_says(string library)
    {
        string[] found = [.. Assembly.Load(library).GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd().Split('\n')];
        string path = Repository.PathOf($"tests/Espalier.Cli.Tests/Surface/{library}.txt");
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllLines(path, found);
        string[] known = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] changes = [.. Only(known, found).Select(line => $"- {line}"), .. Only(found, known).Select(line => $"+ {line}")];
        Assert.True(
            found.SequenceEqual(known),
            $"The public surface of {library} is not what tests/Espalier.Cli.Tests/Surface/{library}.txt says. If that is meant, run this "
                + $"test once with {Accept}=1, look at what changed in the file, and commit it.\n{string.Join('\n', changes)}"
        );
    }

    /// <summary>Lines of one that the other has not, or has fewer times.</summary>
    private static IEnumerable<string> Only(string[] one, string[] other)
    {
        Dictionary<string, int> left = other.CountBy(line => line).ToDictionary();
        foreach (string line in one)
            if (left.GetValueOrDefault(line) is > 0 and var count)
                left[line] = count - 1;
            else
                yield return line.Trim();
    }
}
