using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Espalier.Networks;
using Xunit;

namespace Espalier.Tests;

/// <summary>What computes with networks stands on a tensor library alone: no database, no statistics package, no plots.</summary>
public class DependencySpecs
{
    [Fact]
    public void The_library_asks_for_packages_of_the_tensor_library_alone()
    {
        XElement[] packages = [.. XDocument.Load(ProjectFile()).Descendants("PackageReference")];
        string[] needed =
        [
            .. packages.Where(package => (string?)package.Attribute("PrivateAssets") != "all").Select(p => (string)p.Attribute("Include")!),
        ];
        Assert.Contains("TorchSharp", needed);
        Assert.DoesNotContain(needed, name => !IsOfTensors(name));
    }

    [Fact]
    public void What_it_was_compiled_against_is_the_tensor_library_and_the_platform() =>
        Assert.DoesNotContain(
            typeof(Network).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!),
            name => name != "TorchSharp" && !IsOfThePlatform(name)
        );

    [Theory]
    [InlineData("SkiaSharp"), InlineData("MathNet.Numerics"), InlineData("Microsoft.Data.Sqlite")]
    public void A_package_for_plots_statistics_or_databases_would_be_noticed(string name) => Assert.False(IsOfTensors(name));

    private static bool IsOfThePlatform(string assembly) =>
        assembly.StartsWith("System.", StringComparison.Ordinal) || assembly == "Microsoft.Win32.Primitives"; // errors of the system

    private static bool IsOfTensors(string package) =>
        package.StartsWith("TorchSharp", StringComparison.Ordinal) || package.StartsWith("libtorch-", StringComparison.Ordinal);

    private static string ProjectFile([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../src/Espalier/Espalier.csproj");
}
