using Espalier.Data;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Symmetry;
using TorchSharp;
using static TorchSharp.torch;

namespace TapsAndGradients;

/// <summary>
/// A way to find π that asks not only what units do, but also what they are good for: they are paired by their activations on the same
/// images and by the gradients of the loss by these.
/// </summary>
public sealed class GradientMatcher : IMatcher
{
    private const int Images = 256;

    public object Options => new { Compared = "activations and their gradients", Images };

    public bool NeedsImages => true;

    public bool NeedsLabels => true;

    public double Operations(Network network, int images) => 2 * network.TrainingOperations() * Images;

    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        PermutationGroups groups = PermutationGroups.Of(problem.A.Network);
        // Where a group's units are seen last: a node, by the name that the network's description gives it.
        string[] taps = [.. groups.Groups.Select(group => groups.Network.Nodes[group.Taps[^1].Node].Name)];
        using var ofA = new Differentiation(problem.A, problem.MaskA, taps) { NormalizesByBatch = false };
        using var ofB = new Differentiation(problem.B, problem.MaskB, taps) { NormalizesByBatch = false };
        using Batch batch = problem.NeededImages().InOrder(Images).First();
        using LossGradients a = ofA.Of(batch),
            b = ofB.Of(batch);
        int[][] sources =
        [
            .. groups.Groups.Select(group =>
            {
                double[][] rowsA = Units(a, taps[group.Index], group),
                    rowsB = Units(b, taps[group.Index], group);
                double[] scores = [.. rowsB.SelectMany(one => rowsA.Select(other => one.Zip(other, (x, y) => x * y).Sum()))];
                return LinearAssignment.Maximize(scores, group.Units); // for each unit of B the unit of A that comes to its place
            }),
        ];
        return new Match(new Permutation(groups, sources), [], Images);
    }

    /// <summary>Each unit's activations, and their gradients, over all images and positions, both of length 1.</summary>
    private static double[][] Units(LossGradients found, string tap, PermutationGroup group)
    {
        double[][] activations = Rows(found.Outputs[tap]),
            gradients = Rows(found.OfActivation(tap));
        return [.. activations.Zip(gradients, (one, other) => one.Concat(other).ToArray())];

        double[][] Rows(Tensor output)
        {
            using var scope = NewDisposeScope();
            // [N, C] or [N, C, H, W]: units first.
            Tensor units = output.narrow(1, group.Taps[^1].Offset, group.Units).transpose(0, 1).flatten(1).contiguous();
            float[] all = units.to(ScalarType.Float32).data<float>().ToArray();
            return
            [
                .. all.Chunk(all.Length / group.Units)
                    .Select(row =>
                    {
                        double length = Math.Sqrt(row.Sum(value => (double)value * value));
                        return row.Select(value => length == 0 ? 0 : value / length).ToArray();
                    }),
            ];
        }
    }
}
