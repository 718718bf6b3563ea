using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier barrier</c>: loss and error on the linear path between two networks.</summary>
internal static class BarrierCommand
{
    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        StudyOptionSet study = new();
        Argument<string> first = new("first") { Description = "The network at α = 0." },
            second = new("second") { Description = "The network at α = 1." };
        Option<Correction[]> corrections = new("--correction")
        {
            Description = "Against variance collapse: none, reset, rescale, repair, closedform; default: none, reset, repair.",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> folder = new("--out", "-o") { Description = "Gets the curves and the report; the same command continues it." };
        var command = new Command(
            "barrier",
            """
            Measure loss and error between two networks, and the barrier (equation 3). Sparse networks are taken as they lie: \
            pruned weights are zero.

            Example: espalier barrier runs/A/weights.safetensors runs/B/weights.safetensors -p runs/match/permutation.safetensors \
              --out runs/barrier
            """
        )
        {
            first,
            second,
            corrections,
            folder,
        };
        study.AddTo(command, study.Points, study.Refinements);
        data.AddTo(command, withModel: true);
        run.AddTo(command, random: false);
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(
                    () =>
                    {
                        var device = run.Apply(parsed);
                        StudyOptions options = study.Read(parsed);
                        DataSet set = data.Open(parsed, output, parsed.GetValue(first)!, parsed.GetValue(second)!);
                        string? path = parsed.GetValue(folder);
                        using StudyFolder? place = path is null ? null : new StudyFolder(path, "barrier", "curves");
                        using GivenNetworks networks = study.Open(
                            parsed,
                            data,
                            set,
                            [parsed.GetValue(first)!, parsed.GetValue(second)!],
                            moved: 0,
                            output
                        );
                        run.Suit(parsed, output, networks.Network, place?.Threads);
                        using StudyImages images = StudyOptionSet.ImagesOf(options, set, device, networks.Network, output);
                        IReadOnlyList<Correction> wanted = parsed.GetValue(corrections) is { Length: > 0 } given
                            ? [.. given.Distinct()]
                            : Corrections.Of(networks.Network);
                        study.MustCorrect(parsed, wanted);
                        KeyValuePair<string, string>[] settings = GivenBarriers.Settings(options);
                        place?.Begin(
                            networks,
                            set,
                            [new("corrections", string.Join(' ', wanted)), .. settings],
                            isDone: wanted.All(correction => File.Exists(Path.Combine(PartOf(place, correction), BarrierWork.CurveName)))
                        );
                        using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                        var barriers = new GivenBarriers(images, options, line, wanted.Count);
                        foreach (Correction correction in wanted)
                            barriers.Measure(
                                networks[0],
                                networks[1],
                                parsed.GetValue(study.Permutation) is not null,
                                correction,
                                NameOf(correction),
                                place is null ? null : PartOf(place, correction),
                                cancel
                            );
                        line.Dispose();
                        StudyResults found = new(barriers.Results, [], []);
                        string? page = place?.Report(networks, set, settings, found);
                        if (parsed.GetValue(run.Json))
                            output.Json(barriers.Results);
                        else
                            StudyTables.Print(output, found);
                        if (page is not null && !parsed.GetValue(run.Json))
                            output.Line($"Report: {page}");
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static string PartOf(StudyFolder place, Correction correction) => place[NameOf(correction)];

    private static string NameOf(Correction correction) => $"{correction}".ToLowerInvariant();
}
