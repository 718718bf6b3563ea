using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>A text that is empty, as of a shell's variable that was not set, is refused wherever a text is taken.</summary>
public sealed class EmptyTextSpecs
{
    /// <summary>
    /// Every option and argument that takes a text, with the words that come before it: the command, and the arguments before an argument.
    /// </summary>
    public static TheoryData<string, string> Texts()
    {
        var rows = new TheoryData<string, string>();
        void Add(Command command, string path)
        {
            foreach (Option option in command.Options.Where(option => IsText(option.ValueType)))
                rows.Add(path, option.Name);
            foreach ((int before, Argument argument) in command.Arguments.Index().Where(pair => IsText(pair.Item.ValueType)))
                rows.Add(string.Join(' ', Enumerable.Repeat("x", before).Prepend(path)), argument.Name);
            foreach (Command below in command.Subcommands)
                Add(below, $"{path} {below.Name}".Trim());
        }
        Add(Application.Build(new Output(TextWriter.Null, TextWriter.Null)), "");
        return rows;
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task An_empty_text_is_refused_by_the_name_of_what_takes_it(string command, string name)
    {
        foreach (string empty in new[] { "", " ", "\t" })
        {
            string[] given = name.StartsWith('-') ? [name, empty] : [empty];
            // What every command has is tried with one of them.
            ShellResult result = await Shell.RunAsync([.. (command.Length > 0 ? command : "doctor").Split(' '), .. given]);
            Assert.Equal(2, result.Code);
            Assert.Contains(name, Assert.Single(result.ErrorLines));
            Assert.Empty(result.Out);
        }
    }

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(string[]);
}
