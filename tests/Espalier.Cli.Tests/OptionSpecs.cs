using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Numbers are plain, and every option that a command takes acts or is refused.</summary>
public sealed class OptionSpecs
{
    /// <summary>Every option of every command that takes a number, or several.</summary>
    public static TheoryData<string, string> Numbers()
    {
        var rows = new TheoryData<string, string>();
        foreach (Command command in Application.Build(new Output(TextWriter.Null, TextWriter.Null)).Subcommands)
        foreach (Command at in command.Subcommands.Prepend(command))
        foreach (Option option in at.Options)
            if (IsNumber(option.ValueType))
                rows.Add(at == command ? at.Name : $"{command.Name} {at.Name}", option.Name);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void No_option_reads_a_number_that_is_not_plain(string command, string option)
    {
        foreach (string strange in new[] { "0,,05", "1.000,5", " 7", "7 ", "0x7", "NaN", "Infinity", "7\0" })
        {
            ParseResult parsed = Application
                .Build(new Output(TextWriter.Null, TextWriter.Null))
                .Parse([.. command.Split(' '), option, strange]);
            bool isList = parsed.CommandResult.Command.Options.Single(o => o.Name == option).ValueType.IsArray;
            // In a list commas are between numbers, and spaces about them are no part of these.
            if (isList && strange is ("1.000,5" or " 7" or "7 "))
                continue;
            Assert.Contains(
                parsed.Errors,
                error =>
                    error.Message.Contains(option, StringComparison.Ordinal) && error.Message.Contains("number", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task A_decimal_comma_is_not_a_separator_of_thousands()
    {
        ShellResult result = await Shell.RunAsync("train", "--lr", "0,05", "--out", "nowhere");
        Assert.Equal(2, result.Code);
        string sentence = Assert.Single(result.ErrorLines);
        Assert.Contains("0,05", sentence, StringComparison.Ordinal);
        Assert.Contains("--learning-rate", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prune w --epochs 5 --out x", "--round-epochs")]
    [InlineData("prune w --sparsity 1.5 --out x", "1.5")]
    [InlineData("train --model mlp:width=16 --epochs 0 --out x", "epochs 0")]
    [InlineData("train --model mlp:width=16 --epochs 2 --checkpoints 3 --out x", "3")]
    [InlineData("prune w --lr 0.5 --out x", "--round-learning-rate")]
    [InlineData("prune w --learning-rate 0.5 --out x", "--round-learning-rate")]
    [InlineData("prune w --round-epochs 0 --out x", "round epochs 0")]
    [InlineData("prune w --round-learning-rate 0 --out x", "round learning rate 0")]
    [InlineData("train --data data --out x", "--dataset")]
    [InlineData("train --name B --from w --mask m --out x", "--name")]
    [InlineData("evaluate w --seed 1", "--seed")]
    [InlineData("match a b --seed 1 --out x", "--seed")]
    [InlineData("match a b --how by=weights --match-images 10 --out x", "--match-images")]
    [InlineData("match a b --how by=weights --score Covariance --out x", "--score")]
    [InlineData("match a b --how by=combined --taps Last --out x", "--taps")]
    [InlineData("barrier a b --inverse", "--permutation")]
    [InlineData("plane a b c --inverse --out x", "--permutation")]
    [InlineData("repair a b --correction none --statistics-images 100 --out x", "--statistics-images")]
    public async Task An_option_that_would_do_nothing_is_refused(string line, string named)
    {
        using TempFolder folder = new();
        string[] words = line.Split(' ');
        if (words[0] == "prune") // its options are looked at together with a network
        {
            await Shell.MustAsync(["train", "--epochs", "1", .. Shell.Tiny, "--out", folder["A"]]);
            words[1] = folder["A/weights.safetensors"];
        }
        ShellResult result = await Shell.RunAsync([.. words.Select(word => word == "x" ? folder["x"] : word)]);
        Assert.True(result.Code == 2, $"{result.Code}: {result.Out}{result.Err}");
        Assert.Contains(named, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["x"]));
    }

    [Fact]
    public void Options_of_others_are_not_offered()
    {
        Command prune = Application
            .Build(new Output(TextWriter.Null, TextWriter.Null))
            .Subcommands.Single(command => command.Name == "prune");
        Assert.DoesNotContain(prune.Options, option => !option.Hidden && option.Name is ("--epochs" or "--learning-rate"));
    }

    private static bool IsNumber(Type type)
    {
        Type one = Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type;
        return one == typeof(int) || one == typeof(long) || one == typeof(double);
    }
}
