using Espalier.Lab.Findings;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Reports.Tests.Support;

/// <summary>INVENTED masks, scores and permutations, for tests of their pictures only.</summary>
internal static class InventedPictures
{
    /// <summary>A run with the pictures of its first network.</summary>
    public static RunResults In(RunResults results)
    {
        string model = results.Run.Models[0];
        return results with
        {
            Networks = new Dictionary<string, Network> { [model] = Models.Build(model, Shape.Maps(3, 32, 32), 10) },
            Masks =
            [
                .. from layer in new[] { ("conv1.weight", 16, 3), ("layer3.0.conv1.weight", 64, 32) }
                from method in new[] { "lth", "permuted" }
                select new LayerMask(model, 0, method, 0.97, Mask(layer.Item1, layer.Item2, layer.Item3, method == "lth" ? 1 : 5)),
            ],
            Matches =
            [
                .. results.Matches.Select(match => match with { Samples = [Sample("layer1.0.conv1", 16), Sample("layer3.1.conv1", 100)] }),
            ],
        };
    }

    /// <summary>One group: unit j of B gets unit 7·j of A, modulo their number.</summary>
    public static ScoreSample Sample(string group, int units)
    {
        int every = (units + 47) / 48,
            rows = (units + every - 1) / every;
        double[][] Scores(Func<int, int, bool> matched) =>
            [
                .. Enumerable
                    .Range(0, rows)
                    .Select(b =>
                        (double[])
                            [.. Enumerable.Range(0, rows).Select(a => matched(a, b) ? 0.5 + 0.01 * b : 0.4 * InventedCells.Wave(a, b))]
                    ),
            ];
        return new ScoreSample(
            group,
            [.. Enumerable.Range(0, units).Select(unit => 7 * unit % units)],
            every,
            Scores((a, b) => a == 7 * b % units),
            Scores((a, b) => a == b)
        );
    }

    private static MaskPicture Mask(string layer, int outputs, int inputs, int turn) =>
        new(
            layer,
            outputs,
            inputs,
            1,
            1,
            [
                .. Enumerable
                    .Range(0, outputs)
                    .Select(output =>
                        (IReadOnlyList<double>)
                            [.. Enumerable.Range(0, inputs).Select(input => (turn * output + 3 * input) % 7 < 2 ? (output % 4) / 9.0 : 0)]
                    ),
            ]
        )
        {
            HasKernel = true,
        };
}
