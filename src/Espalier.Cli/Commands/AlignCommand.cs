using System.CommandLine;
using System.Globalization;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Files;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Matching;
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
        DataOptions data = new();
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
                        MatchSpecification given = MatchingOptionSet.Alone(parsed.GetValue(how)!);
                        matching.MustAct(parsed, given);
                        if (!given.By.IsRandom)
                            Given.Refuse(parsed, run.Seed, $"means nothing by {given.By}: there is nothing random in it");
                        MatchSpecification specified = given with { Activations = matching.Read(parsed), Seed = parsed.GetValue(run.Seed) };
                        StudyOptions options = study.Read(parsed);
                        DataSet set = data.Open(parsed, output, parsed.GetValue(a)!, parsed.GetValue(b)!);
                        string path = parsed.GetValue(folder)!;
                        using var place = new StudyFolder(path, "align", "curves");
                        using var networks = new GivenNetworks(
                            [parsed.GetValue(a)!, parsed.GetValue(b)!],
                            (file, like) => data.Read(parsed, set, file, output, like)
                        );
                        using Mask? kept = parsed.GetValue(mask) is { } file ? MaskFile.Read(file, networks.Network, output.Notes) : null;
                        run.Suit(parsed, output, networks.Network, place.Threads);
                        using StudyImages images = StudyOptionSet.ImagesOf(options, set, device, networks.Network, output);
                        IReadOnlyList<Correction> corrections = Corrections.Of(networks.Network);
                        KeyValuePair<string, string>[] settings = Settings(specified, options, kept);
                        place.Begin(networks, set, settings, isDone: false);
                        using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                        (Match match, Certificate certificate) = Find(specified, networks, kept, set, device, line, cancel);
                        string[] written = Write(path, parsed.GetValue(a)!, match, certificate, networks[0], kept);
                        using WeightSet moved = match.Permutation.Apply(networks[0]);
                        var results = new List<BarrierResult>();
                        int steps = 2 * corrections.Count;
                        foreach (bool aligned in s_sides)
                        foreach (Correction correction in corrections)
                        {
                            string name = $"{(aligned ? "after" : "before")}-{correction}".ToLowerInvariant();
                            var progress = new Relay<double>(share => line.Show((results.Count + share) / steps, name));
                            MeasuredCurves curves = new BarrierWork(
                                aligned ? moved : networks[0],
                                networks[1],
                                correction,
                                images,
                                options
                            ).Run(place[name], progress, cancel);
                            results.Add(
                                new BarrierResult(
                                    networks.Network.Name,
                                    0,
                                    Study.Barrier.Name(),
                                    aligned,
                                    correction,
                                    0,
                                    0,
                                    BarrierCurve.Of(curves.Train),
                                    BarrierCurve.Of(curves.Test)
                                )
                            );
                        }
                        line.Dispose();
                        StudyResults found = new(results, [], []);
                        string page = place.Report(networks, set, settings, found);
                        if (parsed.GetValue(run.Json))
                            output.Json(
                                new
                                {
                                    Match = MatchFile.Summary(match, certificate),
                                    Barriers = results,
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

    private static (Match, Certificate) Find(
        MatchSpecification specified,
        GivenNetworks networks,
        Mask? kept,
        DataSet set,
        TorchSharp.torch.Device device,
        ProgressLine line,
        CancellationToken cancel
    )
    {
        using var images = new BatchSource(set.Train, set.Normalization, Augmentation.None, device, Precision.Float32.ToScalarType());
        var problem = new MatchingProblem(networks[0], kept, networks[1], images);
        Match match = specified.Find(problem, new Relay<double>(share => line.Show(share, "matching")), cancel).WithSigns(problem);
        return (match, MatchFile.Certify(match, networks[0], kept, images));
    }

    /// <summary>Writes π and what it moves; the networks' files say in which format.</summary>
    private static string[] Write(string path, string given, Match match, Certificate certificate, WeightSet a, Mask? kept)
    {
        string ending = TensorFormat.Endings.FirstOrDefault(ending => given.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ?? ".pth";
        string permutation = Path.Combine(path, "permutation.safetensors"),
            weights = Path.Combine(path, $"aligned{ending}"),
            mask = Path.Combine(path, $"aligned-mask{ending}");
        MatchFile.Write(permutation, match, certificate);
        using WeightSet moved = match.Permutation.Apply(a);
        TensorFormat.Write(weights, StateDict.Of(moved), StateDict.Facts(moved));
        if (kept is null)
            return [permutation, weights];
        using Mask movedMask = match.Permutation.Apply(kept);
        TensorFormat.Write(mask, StateDict.Of(movedMask), StateDict.Facts(movedMask));
        return [permutation, weights, mask];
    }

    private static KeyValuePair<string, string>[] Settings(MatchSpecification how, StudyOptions options, Mask? kept) =>
        [
            new("how", $"{how}"),
            new("match_images", how.Activations.Images.ToString(CultureInfo.InvariantCulture)),
            new("score", $"{how.Activations.Score}"),
            new("taps", $"{how.Activations.Taps}"),
            new("epsilon", how.Activations.Epsilon.ToString(CultureInfo.InvariantCulture)),
            new("seed", how.Seed.ToString(CultureInfo.InvariantCulture)),
            new("mask", kept is null ? "none" : Digests.Of(kept)),
            new("points", options.Curves.Points.ToString(CultureInfo.InvariantCulture)),
            new("refinements", options.Curves.Refinements.ToString(CultureInfo.InvariantCulture)),
            new("statistics_images", options.StatisticsImages.ToString(CultureInfo.InvariantCulture)),
            new("images", options.Images?.ToString(CultureInfo.InvariantCulture) ?? "all"),
        ];
}
