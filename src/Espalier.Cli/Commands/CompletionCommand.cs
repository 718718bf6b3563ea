using System.CommandLine;
using Espalier.Cli.Terminal;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier completion</c>: scripts that complete commands and options in a shell.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _espalier() { local IFS=$'\n'; \
        COMPREPLY=( $(compgen -W "$(espalier "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") ); }
        complete -F _espalier -o default espalier
        """;

    private const string Zsh = """
        _espalier() { local -a found; \
        found=("${(@f)$(espalier "[suggest:${#BUFFER}]" "${BUFFER}" 2>/dev/null)}"); compadd -a found; _files }
        compdef _espalier espalier
        """;

    private const string Fish = """
        complete -c espalier -a '(espalier "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'
        """;

    public static Command Create(Output output)
    {
        Argument<string> shell = new("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command(
            "completion",
            """
            Print a script that completes commands and options.

            Example: espalier completion bash >> ~/.bashrc
            """
        )
        {
            shell,
        };
        command.SetAction(parsed =>
            output.Line(
                parsed.GetValue(shell) switch
                {
                    "zsh" => ContinuedLines.Joined(Zsh),
                    "fish" => Fish,
                    _ => ContinuedLines.Joined(Bash),
                }
            )
        );
        return command;
    }
}
