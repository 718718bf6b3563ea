using System.Text.RegularExpressions;
using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Tables on terminals of some width, and in pipes: no value is ever cut, broken or left out.</summary>
public sealed partial class TableSpecs
{
    private const int Pipe = 0;
    private const string Variant = "permuted by=weights against=rewind of=pruned start=activations";
    private static readonly string[] s_methods = [.. Methods.All.Select(method => method.Name), Variant];

    public static TheoryData<int> Widths => [Pipe, 20, 40, 60, 80, 120, 200];

    [Theory, MemberData(nameof(Widths))]
    public void Every_value_of_a_run_is_whole(int width)
    {
        RunResults results = Results;
        string text = Printed(
            width,
            output =>
            {
                ComparisonTable.Print(output, results);
                StudyTables.Print(output, results.Studies);
            }
        );
        var expected = new List<string>();
        foreach (Comparison row in Comparison.Of(results.Cells))
        {
            expected.AddRange([row.Model, $"{row.Sparsity:0.##%}", $"{row.RewindEpoch}"]);
            expected.AddRange(s_methods.Select(method => MeanText.Of(row.Mean(method))));
            PairedDifference difference = row.Difference("permuted", "naive");
            expected.AddRange([
                $"{difference.Mean:+0.00;-0.00} ({difference.Low:0.00} to {difference.High:0.00})",
                $"{row.Gap().Share:0.00}",
            ]);
        }
        expected.AddRange(results.Studies.Barriers.DistinctBy(curve => curve.Aligned).Select(curve => $"{curve.Test.Barrier.Loss:0.000}"));
        expected.AddRange(
            results.Studies.Ensembles.SelectMany(e =>
                new[] { Methods.LabelOf(e.Method), MeanText.Of(e.Members), $"{e.JensenShannon:0.000}" }
            )
        );
        expected.AddRange([.. s_methods.Select(Methods.LabelOf), Variant["permuted ".Length..]]);
        foreach (var value in expected.GroupBy(value => value))
            Assert.InRange(Regex.Count(text, $@"(?<![^\s│]){Regex.Escape(value.Key)}(?![^\s│.,;:])"), value.Count(), int.MaxValue);
        // A line is longer than the terminal only where one value, or a sentence, is.
        if (width != Pipe)
            Assert.All(
                text.Split('\n').Where(line => line.Contains('│') || line.Contains('─')),
                line => Assert.InRange(line.Length, 0, width)
            );
    }

    [Theory]
    [InlineData(Pipe, true)]
    [InlineData(32, true)]
    [InlineData(31, false)]
    public void A_table_is_a_table_where_it_fits_and_a_list_where_it_does_not(int width, bool fits)
    {
        string text = Printed(
            width,
            output =>
                TextTable.Print(
                    output,
                    ["layer", "kept", "note"],
                    [
                        ["conv1", "12", "[a] b"],
                        ["linear.weight", "3", ""],
                    ]
                )
        );
        Assert.Equal(fits, text.Contains("│ conv1", StringComparison.Ordinal));
        if (!fits)
            Assert.Equal(
                "layer  conv1\nkept   12\nnote   [a] b\n\nlayer  linear.weight\nkept   3\nnote\n\n",
                text.ReplaceLineEndings("\n")
            );
    }

    [Fact]
    public void A_value_that_does_not_fit_beside_its_head_stands_below_it()
    {
        string text = Printed(
            20,
            output =>
                TextTable.Print(
                    output,
                    ["network", "accuracy"],
                    [
                        ["a/rather/long/path/of/a/network.safetensors", "87.50"],
                    ]
                )
        );
        Assert.Equal("network\n  a/rather/long/path/of/a/network.safetensors\naccuracy  87.50\n\n", text.ReplaceLineEndings("\n"));
    }

    [Theory, MemberData(nameof(Widths))]
    public void A_plan_shows_its_sentences_whole(int width)
    {
        var grid = new Espalier.Lab.Design.Grid
        {
            Models = ["mlp:width=64"],
            Seeds = [0, 1, 2],
            RewindEpochs = [0, 2],
            Options = new Recipe().With(training: t => t with { Epochs = 10 }),
            Methods = Methods.All,
        };
        Plan plan = Planner.Of(grid);
        PlanSummary summary = PlanSummary.Of(plan, StageStates.Of(plan, "no-such-store", keepFailed: false), null);
        string text = Printed(width, output => PlanPicture.Print(output, grid, plan, summary));
        foreach (PlannedKind kind in plan.Kinds)
            Assert.Contains(
                $"{kind.Kind}: {Counted.Of(kind.Stages, "stage")}, {Counted.Of(kind.Epochs, "epoch")}, {kind.Flops:0.0e+0} operations",
                text
            );
        Assert.Contains($"{summary.Cells} cells from {summary.Stages} stages", text);
        Assert.Contains("for LTH, naive and permuted; the released code, which shares nothing: ", text);
        Assert.DoesNotMatch(TrailingSpace(), text);
    }

    private static string Printed(int width, Action<Output> print)
    {
        using StringWriter standard = new(),
            errors = new();
        var output = new Output(standard, errors);
        if (width != Pipe)
            output.Console.Profile.Width = width;
        print(output);
        return standard.ToString();
    }

    /// <summary>INVENTED numbers: three seeds, two networks, all methods, one more way to find π, and studies.</summary>
    private static RunResults Results { get; } =
        new(
            new RunDescription(
                "run",
                [],
                "espalier run",
                ["mlp", "resnet20:width=4,shortcut=conv1x1"],
                "fashion-mnist-10k",
                [0, 1, 2],
                [],
                [new Deviation(Deviation.Epochs, "200", "10")],
                1,
                [],
                1,
                1,
                []
            ),
            [
                .. from model in new[] { "mlp", "resnet20:width=4,shortcut=conv1x1" }
                from sparsity in new[] { 0.8, 0.9512 }
                from k in new[] { 0, 12 }
                from seed in new long[] { 0, 1, 2 }
                from method in Enumerable.Range(0, s_methods.Length)
                select new ResultCell(
                    model,
                    s_methods[method],
                    sparsity,
                    k,
                    s_methods[method] == "permuted" ? 10 : null,
                    seed,
                    50 + 37.31 / (1 + method) + 0.37 * seed + sparsity + 0.01 * k * method,
                    1,
                    sparsity,
                    sparsity,
                    1,
                    "x"
                ),
            ],
            [],
            [],
            [],
            [],
            []
        )
        {
            Studies = new StudyResults(
                [
                    .. from seed in new long[] { 0, 1, 2 }
                    from aligned in new[] { false, true }
                    let curve = BarrierCurve.Of(
                        new InterpolationCurve([new(0, 0.3, 8), new(0.5, aligned ? 1.234 : 2.345, 30), new(1, 0.3, 8)])
                    )
                    select new BarrierResult(
                        "resnet20:width=4,shortcut=conv1x1",
                        seed,
                        "barrier",
                        aligned,
                        Correction.Repair,
                        0,
                        0,
                        curve,
                        curve
                    ),
                ],
                [],
                [
                    new EnsembleResult(
                        "mlp",
                        "lth",
                        0.9,
                        12,
                        [91.25, 90.75, 91.5],
                        92.31,
                        0.123,
                        0.234,
                        0.345,
                        0.25,
                        0.31,
                        0.02,
                        0.05,
                        null,
                        null,
                        null
                    ),
                ]
            ),
        };

    [GeneratedRegex(@" {3,}\r?\n")]
    private static partial Regex TrailingSpace();
}
