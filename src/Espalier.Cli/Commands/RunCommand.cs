using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier run</c>: a grid of one's own.</summary>
internal static class RunCommand
{
    public static Command Create(Output output)
    {
        Argument<string?> file = new("file")
        {
            Description = "The grid, a JSON file; without one, the options say everything.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        GridOptionSet cells = new(output);
        RunnerOptionSet options = new();
        var command = new Command(
            "run",
            $$"""
            Run a grid of one's own: every combination of its networks, sparsities, rewind epochs, methods and seeds. \
            What is done already is not done again; what was stopped continues.

            Example: espalier run my-grid.json --seeds 0-4
            Example: espalier run --dataset cifar10 --data DIR --model resnet20 --sparsity 0.9,0.97 --rewind 20 --seeds 0-2
            Example of a file: { "name": "my-grid", "data_set": "fashion-mnist-10k", "models": ["mlp"], "seeds": "0-2", \
              "sparsities": [0.95], "rewind_epochs": [2], "options": { "epochs": 10, "round_epochs": 3 } }

            Keys: {{string.Join(", ", GridFile.Keys)}}.
            Keys of options: {{string.Join(", ", GridFile.OptionKeys)}}.
            """
        )
        {
            file,
        };
        cells.AddTo(command);
        options.AddTo(command);
        command.SetAction(
            (parsed, cancel) =>
            {
                string? path = parsed.GetValue(file);
                var session = new GridRun(output, options, cells, parsed) { GivenAs = path };
                return path is not null
                    ? session.RunAsync(GridFile.Read(path), $"run {Path.GetFileName(path)}", cancel)
                    : session.RunAsync(new Grid(), "run", cancel);
            }
        );
        return command;
    }
}
