using System.CommandLine;
using System.Text.RegularExpressions;
using Espalier.Cli.Terminal;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>
/// Whatever value makes no sense, of whatever option of whatever command: one sentence that names the option or the value, and no type of
/// .NET.
/// </summary>
public sealed partial class NonsenseSpecs(BadFiles files) : IClassFixture<BadFiles>
{
    private const string Weights = "{good/weights.safetensors}",
        Tiny = "--train-images 256 --threads 1 --quiet";

    /// <summary>What each command needs to get as far as its options.</summary>
    private static readonly Dictionary<string, string> s_lines = new()
    {
        ["demo"] = "--out {out} --quiet",
        ["reproduce"] =
            "table5 --dataset fashion-mnist-10k --model mlp:width=16 --workers 1 --threads 1 --quiet --store {store} --out {out}",
        ["run"] = "--model mlp:width=16 --epochs 2 --rewind 1 --workers 1 --threads 1 --quiet --store {store} --out {out}",
        ["plan"] = "--model mlp:width=16 --epochs 2 --rewind 1 --store {store}",
        ["report"] = "{nowhere}",
        ["submit"] = "table5 --dataset fashion-mnist-10k --model mlp:width=16 --dry-run --store {store} --out {out}",
        ["work"] = "{nowhere}",
        ["status"] = "{nowhere}",
        ["store list"] = "--store {folder}",
        ["store verify"] = "--store {nowhere}",
        ["store gc"] = "--store {folder}",
        ["train"] = $"--model mlp:width=16 --epochs 1 --out {{out}} {Tiny}",
        ["prune"] = $"{Weights} --round-epochs 1 --out {{out}} {Tiny}",
        ["match"] = $"{Weights} {Weights} --out {{out/pi.safetensors}} {Tiny}",
        ["transplant"] = $"{{good/mask.safetensors}} --start {Weights} --out {{out}}",
        ["evaluate"] = $"{Weights} {Tiny}",
        ["barrier"] = $"{Weights} {Weights} {Tiny}",
        ["repair"] = $"{Weights} {Weights} --out {{out/m.safetensors}} {Tiny}",
        ["plane"] = $"{Weights} {Weights} {Weights} --out {{out}} {Tiny}",
        ["diff"] = $"{Weights} {Weights} --model mlp:width=16",
        ["align"] = $"{Weights} {Weights} --out {{out}} {Tiny}",
        ["convert"] = $"{Weights} --out {{out/c.safetensors}}",
        ["diversity"] = $"{Weights} {Weights} {Tiny}",
        ["show"] = Weights,
        ["network show"] = "resnet20",
        ["network check"] = $"mlp:width=16 --input 1x28x28 --weights {Weights}",
        ["network schema"] = "",
        ["import"] = "{good/model.onnx} --out {out/net.json}",
        ["data show"] = "",
        ["data fetch"] = "cifar10",
        ["data pack"] = "{nowhere} --out {out/images.packed}",
        ["data check"] = "{nowhere}",
        ["doctor"] = "",
        ["completion"] = "bash",
        ["worker"] = "--grid {nowhere} --store {store}",
        ["rate"] = "--grid {nowhere}",
        ["bench"] = "train --model mlp:width=16 --images 64 --epochs 2 --threads 1",
        [""] = "doctor", // what every command has
    };

    /// <summary>Texts that may be anything: places that are made, parts of a name, names of random streams.</summary>
    private static readonly string[] s_free = ["--out", "--store", "--find", "--name", "--grid", "--sheet", "--svg", .. s_cluster];

    /// <summary>Names that the cluster alone knows.</summary>
    private static string[] s_cluster => ["--partition", "--account", "--qos", "--constraint"];

    /// <summary>Places that are looked at only if the data set is not the embedded one.</summary>
    private static readonly string[] s_unread = ["--data"];

    /// <summary>Every value that makes no sense: the command, the option, the value.</summary>
    public static TheoryData<string, string, string> Values()
    {
        var rows = new TheoryData<string, string, string>();
        void Add(Command command, string path)
        {
            foreach (Option option in command.Options.Where(option => option.Name is not ("--help" or "--version")))
            foreach (string value in Nonsense(option))
                rows.Add(path, option.Name, value);
            foreach (Command below in command.Subcommands)
                Add(below, $"{path} {below.Name}".Trim());
        }
        Add(Application.Build(new Output(TextWriter.Null, TextWriter.Null)), "");
        return rows;
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Ends_in_one_sentence_that_names_the_option_or_the_value(string command, string option, string value)
    {
        List<string> words = [.. s_lines[command].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Place)];
        if (words.IndexOf(option) is var at and >= 0)
            words.RemoveRange(at, at + 1 < words.Count && !words[at + 1].StartsWith('-') ? 2 : 1);
        ShellResult result = await Shell.RunAsync([
            .. command.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            .. words,
            $"{option}={value}",
        ]);

        // A worker that has no device says so by a code of its own: the run goes on with the others.
        int expected = (command, option) is ("worker", "--device") ? 3 : 2;
        Assert.True(result.Code == expected, $"exit code {result.Code}: {result.Err}{result.Out}");
        string sentence = Assert.Single(result.ErrorLines);
        Assert.True(sentence.Contains(option) || sentence.Contains(value), sentence);
        Assert.DoesNotMatch(TypeNames(), sentence);
        Assert.Empty(result.Out);
    }

    [Fact]
    public void Every_command_is_swept() =>
        Assert.Equal(
            Values().Select(row => row.Data.Item1).Distinct().Order(StringComparer.Ordinal),
            s_lines.Keys.Except(["completion", "network schema"]).Order(StringComparer.Ordinal)
        );

    private string Place(string word) => word is ['{', .., '}'] ? files.Folder[word[1..^1]] : word;

    private static string[] Nonsense(Option option)
    {
        Type type = option.ValueType,
            one = Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type;
        if (one == typeof(int) || one == typeof(long))
            return ["some", "1.5", "0x10", "99999999999999999999", "one,2"];
        if (one == typeof(double) || one == typeof(TimeSpan))
            return ["some", "1.5.2", "0x10", "½"];
        if (one == typeof(bool))
            return ["perhaps", "2"];
        if (one.IsEnum)
            return ["nonsense", "7"];
        return s_free.Contains(option.Name) || s_unread.Contains(option.Name) ? [] : ["nonsense"];
    }

    [GeneratedRegex(@"Result\b|System\.|Exception|Espalier\.\w|Int32|Int64|Double|Boolean|String\b|TimeSpan|`\d|\[\]|   at |Internal")]
    private static partial Regex TypeNames();
}
