using System.CommandLine;
using System.Globalization;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Files;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Reports.Steps;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier align</c>: a network moved to where another one is, and what that does to the barrier between them.</summary>
internal static class AlignCommand
{
    private static readonly bool[] s_sides = [false, true];

    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        MatchingOptionSet matching = new();
        StudyOptionSet study = new();
        Argument<string> a = new("a") { Description = "The network to move." },
            b = new("b") { Description = "The network to align it with." };
        Option<string> how = new("--how")
        {
            Description = "How π is found, as of match: by=activations, weights, combined, iterated, straight-through or saliency.",
            DefaultValueFactory = _ => "by=activations",
        };
        Option<string?> mask = new("--mask") { Description = "A's mask: compare what it keeps of A, and move it too." };
        Option<string> folder = new("--out", "-o")
        {
            Description = "Gets π, A's weights aligned (in the format of A's file), its mask moved, the barriers and a report.",
            Required = true,
        };
        var command = new Command(
            "align",
            """
            Align network A with network B: find π, write A's aligned weights, and measure the barrier before and after.

            Example: espalier align runs/A/weights.safetensors runs/B/weights.safetensors --out runs/align
            """
        )
        {
            a,
            b,
            how,
            mask,
            folder,
        };
        matching.AddTo(command);
        foreach (Option option in new Option[] { study.Points, study.Refinements, study.Statistics, study.Images })
            command.Options.Add(option);
        data.AddTo(command, withModel: true);
        run.AddTo(command);
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(
                    () =>
                    {
                        var device = run.Apply(parsed);
                        MatchSpecification specified = matching.Read(parsed, parsed.GetValue(how)!, run.Seed);
                        StudyOptions options = study.Read(parsed);
                        DataSet set = data.Open(parsed, output, parsed.GetValue(a)!, parsed.GetValue(b)!);
                        string path = parsed.GetValue(folder)!;
                        using var place = new StudyFolder(path, "align", "curves");
                        using var networks = new GivenNetworks(
                            [parsed.GetValue(a)!, parsed.GetValue(b)!],
                            (file, like) => data.ReadUnlabelled(parsed, set, file, output, like)
                        );
                        using Mask? kept = parsed.GetValue(mask) is { } file ? MaskFile.Read(file, networks.Network, output.Notes) : null;
                        run.Suit(parsed, output, networks.Network, place.Threads);
                        IReadOnlyList<Correction> corrections = Corrections.Of(networks.Network);
                        KeyValuePair<string, string>[] settings = Settings(specified, options, kept);
                        place.Begin(networks, set, settings, isDone: false);
                        using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                        (Match match, Certificate certificate) = GivenMatch.Find(
                            specified,
                            networks[0],
                            kept,
                            networks[1],
                            set,
                            device,
                            line,
                            cancel
                        );
                        using WeightSet moved = match.Permutation.Apply(networks[0]);
                        string[] written = Write(path, parsed.GetValue(a)!, match, certificate, moved, kept);
                        if (!GivenMatch.HasLabels(networks.Network, set))
                        {
                            line.Dispose();
                            WithoutBarrier(
                                output,
                                parsed.GetValue(run.Json),
                                networks.Network,
                                set,
                                MatchFile.Summary(match, certificate),
                                written
                            );
                            return;
                        }
                        using StudyImages images = StudyOptionSet.ImagesOf(options, set, device, networks.Network, output);
                        var barriers = new GivenBarriers(images, options, line, 2 * corrections.Count);
                        foreach (bool aligned in s_sides)
                        foreach (Correction correction in corrections)
                        {
                            string name = $"{(aligned ? "after" : "before")}-{correction}".ToLowerInvariant();
                            barriers.Measure(aligned ? moved : networks[0], networks[1], aligned, correction, name, place[name], cancel);
                        }
                        line.Dispose();
                        StudyResults found = new(barriers.Results, [], []);
                        string page = place.Report(networks, set, settings, found, MatchPictures.Of(networks.Network.Name, match));
                        if (parsed.GetValue(run.Json))
                            output.Json(
                                new
                                {
                                    Match = MatchFile.Summary(match, certificate),
                                    Barriers = barriers.Results,
                                    Files = written,
                                    Report = page,
                                }
                            );
                        else
                        {
                            StudyTables.Print(output, found);
                            output.Line($"{string.Join(", ", written)}; report: {page}");
                        }
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    /// <summary>What there is where the images' labels are of other classes: all but the barrier, and the page that shows it.</summary>
    private static void WithoutBarrier(Output output, bool json, Network network, DataSet set, object match, string[] written)
    {
        output.Note($"π needs no labels; the barrier does, and is left out: {GivenMatch.NoLabels(network, set)}");
        if (json)
            output.Json(
                new
                {
                    Match = match,
                    Barriers = Array.Empty<object>(),
                    Files = written,
                    Report = (string?)null,
                }
            );
        else
            output.Line(string.Join(", ", written));
    }

    /// <summary>Writes π and what it moves; the networks' files say in which format.</summary>
    private static string[] Write(string path, string given, Match match, Certificate certificate, WeightSet moved, Mask? kept)
    {
        string ending = TensorFormat.Endings.FirstOrDefault(ending => given.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ?? ".pth";
        string permutation = Path.Combine(path, "permutation.safetensors"),
            weights = Path.Combine(path, $"aligned{ending}"),
            mask = Path.Combine(path, $"aligned-mask{ending}");
        MatchFile.Write(permutation, match, certificate);
        TensorFormat.Write(weights, StateDict.Of(moved), StateDict.Facts(moved));
        if (kept is null)
            return [permutation, weights];
        using Mask movedMask = match.Permutation.Apply(kept);
        TensorFormat.Write(mask, StateDict.Of(movedMask), StateDict.Facts(movedMask));
        return [permutation, weights, mask];
    }

    private static KeyValuePair<string, string>[] Settings(MatchSpecification how, StudyOptions options, Mask? kept) =>
        [.. StepSettings.Of(how, kept), .. GivenBarriers.Settings(options)];
}
