using System.CommandLine;
using Espalier.Cli.Measuring;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Execution;
using Espalier.Training;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier bench</c>: one measurement, as one line of JSON, for <c>bench/gpu/check</c>; not for people.</summary>
internal static class BenchCommand
{
    private const int Most = 1_000_000;

    public static Command Create(Output output)
    {
        RunOptions run = new();
        Argument<string> kind = new("kind");
        kind.AcceptOnlyFromAmong("train", "match", "barrier", "agree", "ranks");
        Option<string> model = new("--model") { DefaultValueFactory = _ => "resnet20" };
        Option<int> images = Count("--images", 10_240),
            epochs = Count("--epochs", 3),
            points = Count("--points", 25),
            side = Count("--side", InventedImages.Usual),
            batch = Count("--batch", new TrainingOptions().BatchSize);
        Option<long> floats = new("--floats") { DefaultValueFactory = _ => 25_000_000 };
        Option<double> seconds = new("--seconds");
        Option<Precision> precision = new("--precision") { DefaultValueFactory = _ => Precisions.Default };
        var command = new Command("bench", "Measure one thing.")
        {
            kind,
            model,
            images,
            epochs,
            points,
            side,
            batch,
            floats,
            seconds,
            precision,
        };
        command.Hidden = true;
        run.AddTo(command, random: false);
        command.SetAction(
            (parsed, _) =>
                Task.Run(
                    () =>
                    {
                        var device = run.Apply(parsed);
                        string name = parsed.GetValue(model)!;
                        int count = Given(parsed, images);
                        object? measured = parsed.GetValue(kind) switch
                        {
                            "ranks" => RankSpeed.Run(parsed.GetValue(floats), Given(parsed, points), device),
                            "train" => TrainingSpeed.Run(
                                name,
                                count,
                                Given(parsed, epochs),
                                parsed.GetValue(seconds),
                                parsed.GetValue(precision),
                                Given(parsed, side),
                                Given(parsed, batch),
                                device
                            ),
                            "match" => StudyCosts.Matching(name, count, device),
                            "barrier" => StudyCosts.Barrier(name, count, Given(parsed, points), device),
                            _ => Agreement.Of(name, count, device),
                        };
                        if (measured is not null) // rank 0 speaks for all
                            output.Json(measured);
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static Option<int> Count(string name, int usual) => new(name) { DefaultValueFactory = _ => usual };

    private static int Given(ParseResult parsed, Option<int> count) =>
        parsed.GetValue(count) is >= 2 and <= Most and var given
            ? given
            : throw new InputException($"{count.Name} {parsed.GetValue(count)} is out of range; expected 2 to {Most}.");
}
