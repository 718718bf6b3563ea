using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Espalier.Cli.Terminal;
using Espalier.Cli.Tests.Support;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Engine;
using Espalier.Networks;
using Espalier.Reports;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>The page that says where the paper is in the code names only what is there, and all that runs.</summary>
public sealed partial class PaperMapSpecs
{
    private static readonly string s_page = File.ReadAllText(Repository.PathOf("docs/paper-map.md"));
    private static readonly RootCommand s_root = Application.Build(new Output(TextWriter.Null, TextWriter.Null));
    private static readonly string[] s_kinds =
    [
        .. StageTypes().Select(type => ((Stage)RuntimeHelpers.GetUninitializedObject(type)).Kind).Distinct(),
    ];
    private static readonly string[] s_methods = [.. Methods.All.Select(method => method.Name)],
        s_studies = [.. Studies.All.Select(study => study.Name())];

    /// <summary>Full names of types and namespaces, and of public members.</summary>
    private static readonly HashSet<string> s_code =
    [
        .. new[] { typeof(InputException), typeof(Stage), typeof(Report), typeof(Application) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type.FullName is not null)
            .SelectMany(type =>
                type.GetMembers().Select(member => $"{type.FullName}.{member.Name}").Concat([type.FullName!, type.Namespace ?? ""])
            ),
    ];

    [Fact]
    public void Everything_it_names_is_there()
    {
        string[] named = [.. Names().Matches(s_page).Select(match => match.Groups[1].Value).Distinct()];
        Assert.True(named.Length > 100);
        Assert.DoesNotContain(
            named,
            name =>
                !IsType(name)
                && !IsTest(name)
                && !IsCommandLine(name.Split(' '))
                && !s_kinds.Contains(name)
                && !s_methods.Contains(name)
                && !s_studies.Contains(name)
        );
    }

    [Fact]
    public void Every_preset_study_method_and_stage_is_on_it()
    {
        HashSet<string> named = [.. Names().Matches(s_page).SelectMany(match => match.Groups[1].Value.Split(' '))];
        IEnumerable<string> all =
        [
            .. Preset.All.Select(preset => preset.Name),
            .. s_studies,
            .. s_methods,
            .. s_kinds,
            .. StageTypes().Select(type => type.Name),
        ];
        Assert.Empty(all.Except(named));
    }

    private static IEnumerable<Type> StageTypes() =>
        typeof(Stage).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Stage)) && !type.IsAbstract);

    private static bool IsType(string name) => s_code.Any(known => known == name || known.EndsWith($".{name}", StringComparison.Ordinal));

    /// <summary>Classes of tests: below the library's tests, or with the name of the project.</summary>
    private static bool IsTest(string name) =>
        name.EndsWith("Specs", StringComparison.Ordinal)
        && name.Split('/') is [var folder, var file]
        && new[] { $"tests/Espalier.Tests/{folder}", $"tests/Espalier.Lab.Tests/{folder}", $"tests/{folder}" }
            .Select(Repository.PathOf)
            .Any(at => Directory.Exists(at) && Directory.GetFiles(at, $"{file}.cs").Length > 0);

    /// <summary>A command, an option of a command or of any, with what is there to be set.</summary>
    private static bool IsCommandLine(string[] words)
    {
        Command? command = s_root.Subcommands.FirstOrDefault(known => known.Name == words[0]);
        string[] rest = command is null ? words : words[1..];
        bool Knows(string option) =>
            (command is null ? s_root.Subcommands : [command]).Any(known => known.Options.Any(o => o.Name == option));
        return rest switch
        {
            [] => true,
            [var preset] when command?.Name == "reproduce" => Preset.All.Any(known => known.Name == preset),
            ["--set", var key] => GridFile.OptionKeys.Contains(key),
            ["--model", var model] => Models.Build(model, Shape.Maps(3, 32, 32), classes: 10).Parameters.Count > 0,
            [var option] => Knows(option),
            _ => false,
        };
    }

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Names();
}
