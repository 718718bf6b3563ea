using System.CommandLine;
using Espalier.Cli.Commands;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;

namespace Espalier.Cli;

/// <summary>The command line: parses, runs one command, and turns failures into a sentence and an exit code.</summary>
internal static class Application
{
    private const int InternalFailure = 1,
        BadInput = 2,
        Cancelled = 130;

    /// <summary>How long a stopped command may take to save what it has.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static RootCommand Build(Output output)
    {
        var root = new RootCommand(
            "Espalier trains sparse neural networks from any random initialization: it finds a lottery-ticket mask on one "
                + "network, aligns it with another through weight symmetry, and trains the other one sparse."
        );
        foreach (
            Command command in new[]
            {
                DemoCommand.Create(output),
                ReproduceCommand.Create(output),
                RunCommand.Create(output),
                PlanCommand.Create(output),
                SubmitCommand.Create(output),
                WorkCommand.Create(output),
                StatusCommand.Create(output),
                ReportCommand.Create(output),
                StoreCommand.Create(output),
                TrainCommand.Create(output),
                PruneCommand.Create(output),
                MatchCommand.Create(output),
                AlignCommand.Create(output),
                TransplantCommand.Create(output),
                EvaluateCommand.Create(output),
                BarrierCommand.Create(output),
                RepairCommand.Create(output),
                PlaneCommand.Create(output),
                DiversityCommand.Create(output),
                ShowCommand.Create(output),
                NetworkCommand.Create(output),
                ImportCommand.Create(output),
                ConvertCommand.Create(output),
                DiffCommand.Create(output),
                DataCommand.Create(output),
                DoctorCommand.Create(output),
                CompletionCommand.Create(output),
                WorkerCommand.Create(output),
                BenchCommand.Create(output),
                RateCommand.Create(output),
            }
        )
            root.Subcommands.Add(command);
        root.Options.Add(LibtorchOption.Folder);
        ContinuedLines.Join(root);
        NamedValues.Require(root);
        GivenTexts.Require(root);
        PlainNumbers.Require(root);
        return root;
    }

    /// <param name="args">The command line.</param>
    /// <param name="output">Where to print.</param>
    /// <param name="stop">Stops the command, beside the signals that stop every program.</param>
    public static async Task<int> RunAsync(string[] args, Output output, CancellationToken stop = default)
    {
        int code = await ParseAndRunAsync(args, output, stop);
        if (code != 0 || output.Fault is not { } fault)
            return code;
        string reason = fault.Message.Split('\n')[0].TrimEnd('.');
        output.Error(OneSentence($"The command is done, but its result could not be written to standard output: {reason}"));
        return BadInput;
    }

    private static async Task<int> ParseAndRunAsync(string[] args, Output output, CancellationToken stop)
    {
        ParseResult parsed = Build(output).Parse(args);
        if (parsed.Errors.Count > 0 && !args.Contains("--help") && !args.Contains("-h") && !args.Contains("-?"))
        {
            output.Error(ParseFault.Sentence(parsed));
            return BadInput;
        }
        try
        {
            // First of all: oneMKL ends the process by itself where there is none.
            if (parsed.Action == parsed.CommandResult.Command.Action && !HasCurrentFolder())
                throw new InputException("The current folder no longer exists; change to one that does.");
            if (parsed.Action == parsed.CommandResult.Command.Action)
                LibtorchOption.Apply(parsed);
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = Patience,
                    Output = output.Out,
                    Error = output.Err,
                },
                stop
            );
        }
        catch (Exception fault)
        {
            return Report(Cause(fault), output);
        }
    }

    private static int Report(Exception fault, Output output)
    {
        (string sentence, int code) = fault switch
        {
            InputException => (OneSentence(fault.Message), BadInput),
            OperationCanceledException => ("Stopped. What was finished is kept; the same command continues it.", Cancelled),
            _ => ($"Internal failure, please report it: {fault}", InternalFailure),
        };
        output.Error(sentence);
        return code;
    }

    private static bool HasCurrentFolder()
    {
        try
        {
            return Directory.Exists(Directory.GetCurrentDirectory());
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>What parallel work failed of: the first of its faults.</summary>
    private static Exception Cause(Exception fault) =>
        fault is AggregateException { InnerExceptions: [var first, ..] } ? Cause(first) : fault;

    /// <summary>
    /// One line that ends as sentences do: messages of the system within ours may end in a path, or go over several lines.
    /// </summary>
    private static string OneSentence(string message)
    {
        string line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line is [.., '.' or '?' or '!'] ? line : line + ".";
    }
}
