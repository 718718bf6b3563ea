using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Matching;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier match</c>: the permutation that aligns A with B.</summary>
internal static class MatchCommand
{
    private static readonly string[] s_heads = ["group", "units", "score", "unmatched score", "margin", "dead in A", "dead in B"];

    private static readonly string[] s_signHeads = ["layer", "weights compared", "signs agree", "unmatched"];

    public static Command Create(Output output)
    {
        RunOptions run = new();
        DataOptions data = new(output);
        MatchingOptionSet matching = new();
        Argument<string> a = new("a") { Description = "The network to permute: the one the mask comes from." };
        Argument<string> b = new("b") { Description = "The network to align with." };
        Option<string> how = new("--how")
        {
            Description =
                "What is compared: by=activations (the paper's way), weights, combined, iterated, straight-through or saliency "
                + "(of a pruned A), with start=activations, criterion=signed|magnitude|kept|kept-sign|signs, normalize=true, "
                + "restarts=4, lambda=0.5, untied=true (by activations or weights: another permutation "
                + "wherever a residual stream is written "
                + "or read, which moves masks and is no symmetry).",
            DefaultValueFactory = _ => "by=activations",
        };
        Option<string?> mask = new("--mask") { Description = "A's mask: compare what it keeps of A." };
        Option<string> path = new("--out", "-o")
        {
            Description = "The permutation's file; scores of every group go beside it as .json, and a page as .html.",
            Required = true,
        };
        var command = new Command(
            "match",
            """
            Find the permutation that aligns network A with network B, by their activations or in another way, \
            with a certificate that it changes no function.

            Example: espalier match runs/A/weights.safetensors runs/B/weights.safetensors --out runs/match/permutation.safetensors
            Example: espalier match runs/A.prune/sparsity-0.95/weights.safetensors runs/B/epoch-0002.safetensors \
              --how "by=weights restarts=4" --out runs/by-weights/permutation.safetensors
            """
        )
        {
            a,
            b,
            how,
            mask,
            path,
        };
        matching.AddTo(command);
        data.AddTo(command, withModel: true);
        run.AddTo(command);
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(
                    () =>
                    {
                        var device = run.Apply(parsed);
                        if (Directory.Exists(parsed.GetValue(path)))
                            throw new InputException(
                                $"{parsed.GetValue(path)} is a folder; expected the name of a file for the permutation."
                            );
                        OutputFile.MustReplaceNothing(
                            parsed.GetValue(path)!,
                            parsed.GetValue(a),
                            parsed.GetValue(b),
                            parsed.GetValue(mask)
                        );
                        OutputFile.MustReplaceScoresAlone(parsed.GetValue(path)!);
                        OutputFile.MustReplacePageOfMatchAlone(parsed.GetValue(path)!);
                        MatchSpecification specified = matching.Read(parsed, parsed.GetValue(how)!, run.Seed);
                        DataSet set = data.Open(parsed, output, parsed.GetValue(a)!, parsed.GetValue(b)!);
                        using WeightSet first = data.ReadUnlabelled(parsed, set, parsed.GetValue(a)!, output),
                            second = data.ReadUnlabelled(parsed, set, parsed.GetValue(b)!, output, first);
                        run.Suit(parsed, output, first.Network);
                        using var line = new ProgressLine(output, parsed.GetValue(run.Quiet));
                        using Mask? kept = parsed.GetValue(mask) is { } file ? MaskFile.Read(file, first.Network, output.Notes) : null;
                        (Match match, Certificate certificate) = GivenMatch.Find(specified, first, kept, second, set, device, line, cancel);
                        MatchFile.Write(parsed.GetValue(path)!, match, certificate);
                        StepReport.Write(parsed.GetValue(path)!, set, specified, kept, match, certificate);
                        if (parsed.GetValue(run.Json))
                            output.Json(MatchFile.Summary(match, certificate));
                        else
                            Print(output, match, certificate, parsed.GetValue(path)!);
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static void Print(Output output, Match match, Certificate certificate, string path)
    {
        if (match.Groups.Count > 0)
            TextTable.Print(
                output,
                s_heads,
                match.Groups.Select(g =>
                    (string[])
                        [
                            g.Group,
                            $"{g.Units}",
                            $"{g.MeanScore:0.000}",
                            $"{g.IdentityScore:0.000}",
                            $"{g.MeanMargin:0.000}",
                            $"{g.DeadA}",
                            $"{g.DeadB}",
                        ]
                )
            );
        else
            output.Line("The network has no units that could be permuted: the permutation is empty.");
        if (match.Ascent is { } ascent)
            output.Line($"Objective {ascent.Start:g6} at the start, {ascent.Reached:g6} after {Counted.Of(ascent.Steps, "step")}.");
        if (match.Signs is { Share: { } share } signs && match.IdentitySigns is { Share: { } unmatched } identity)
        {
            TextTable.Print(
                output,
                s_signHeads,
                signs.Layers.Zip(
                    identity.Layers,
                    (moved, before) => (string[])[moved.Layer, $"{moved.Compared}", $"{moved.Share:0.000}", $"{before.Share:0.000}"]
                )
            );
            output.Line(
                $"Signs agree in {share:0.000} of {Counted.Of(signs.Compared, "weight")} that A keeps, {unmatched:0.000} unmatched."
            );
        }
        output.Line(
            $"Matched {(match.Images > 0 ? $"on {Counted.Of(match.Images, "image")}" : "without images")}; f(x) and f_π(x) "
                + $"differ by at most {certificate.MaxRelativeDifference:0.0e+0} relative; {path}"
        );
        if (certificate.Caution is { } caution)
            output.Line($"It is {caution}; every array of a mask keeps as many weights as before.");
    }
}
