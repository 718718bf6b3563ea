using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>The page on the library names what there is, and shows what is built.</summary>
public sealed partial class LibraryPageSpecs
{
    private static readonly string s_page = File.ReadAllText(Repository.PathOf("docs/library.md"));

    private static readonly Assembly[] s_libraries = [.. SurfaceSpecs.Libraries.Select(row => Assembly.Load(row.Data))];

    [Fact]
    public void Every_type_and_member_that_it_names_is_public()
    {
        string[] names = [.. Names().Matches(s_page).Select(match => match.Groups[1].Value).Distinct()];
        Assert.True(names.Length > 60, $"{names.Length} names");
        Assert.Equal("", string.Join(' ', names.Where(name => !Exists(name))));
        Assert.False(Exists("Trainer.NoSuchThing") || Exists("NoSuchThing"));
    }

    [Fact]
    public void Every_program_on_it_is_the_file_of_a_sample()
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(Repository.PathOf("samples"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText),
        ];
        string[] blocks = [.. Programs().Matches(s_page).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(files, file => file.Contains(block, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_sample_is_on_it() =>
        Assert.All(
            Directory.EnumerateFiles(Repository.PathOf("samples"), "*.csproj", SearchOption.AllDirectories),
            project => Assert.Contains($"../samples/{Path.GetFileNameWithoutExtension(project)}/", s_page)
        );

    [Fact]
    public void The_reference_is_made_of_every_library()
    {
        using JsonDocument made = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("docs/api/docfx.json")));
        JsonElement source = made.RootElement.GetProperty("metadata")[0].GetProperty("src")[0];
        Assert.Equal(
            SurfaceSpecs.Libraries.Select(row => $"{row.Data}.dll").Order(),
            source.GetProperty("files").EnumerateArray().Select(file => file.GetString()).Order()
        );
        string script = File.ReadAllText(Repository.PathOf("docs/api/make"));
        Assert.All(SurfaceSpecs.Libraries, row => Assert.Matches($@"in [^\n]*\b{Regex.Escape(row.Data)}\b", script));
    }

    private static bool Exists(string name)
    {
        string[] parts = name.Split('.');
        Type[] types =
        [
            .. s_libraries
                .SelectMany(library => library.GetExportedTypes())
                .Concat([typeof(ObjectDisposedException)])
                .Where(type => type.Name.Split('`')[0] == parts[0]),
        ];
        return parts.Length == 1
            ? types.Length > 0
            : parts.Length == 2
                && types.Any(type =>
                    type.GetMember(parts[1], BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Length > 0
                );
    }

    [GeneratedRegex(@"`([A-Z]\w+(?:\.[A-Z]\w+)*)`")]
    private static partial Regex Names();

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Programs();
}
