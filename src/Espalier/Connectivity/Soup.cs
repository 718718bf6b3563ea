using Espalier.Data;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>
/// The mean of several networks' weights (Wortsman et al. 2022), batch-norm statistics computed anew. Networks that share a mask once
/// aligned, as tickets moved back by π⁻¹ do, give a soup that is just as sparse.
/// </summary>
public static class Soup
{
    /// <summary>The mean of all; of one, that network as it is.</summary>
    /// <param name="members">At least one, aligned; effective weights.</param>
    /// <param name="images">For batch-norm statistics; null for networks without.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="InputException">No member, members of different graphs, or images are missing.</exception>
    public static WeightSet Uniform(IReadOnlyList<WeightSet> members, StatisticsImages? images)
    {
        if (members.Count == 0)
            throw new InputException("A soup of no networks is impossible; expected at least one.");
        foreach (WeightSet member in members)
            members[0].Layout.MustFit(member.Layout, "network of the soup");
        if (members.Count == 1)
            return new WeightSet(members[0].Layout, members[0].Values.clone(), members[0].Statistics.clone());
        if (images is null && members[0].Network.Buffers.Count > 0)
            throw new InputException("Batch-norm statistics of a soup are computed anew; expected images to compute them on.");
        WeightSet plain = new(members[0].Layout, Mean(member => member.Values), Mean(member => member.Statistics));
        if (images is null)
            return plain;
        using (plain)
            return BatchNormReset.Run(plain, images);

        Tensor Mean(Func<WeightSet, Tensor> part)
        {
            using var scope = NewDisposeScope();
            Tensor sum = part(members[0]).to(ScalarType.Float64);
            foreach (WeightSet member in members.Skip(1))
                sum = sum.Plus(part(member).to(ScalarType.Float64));
            return sum.DividedBy(members.Count).to(ScalarType.Float32).MoveToOuterDisposeScope();
        }
    }

    /// <summary>
    /// The greedy soup: members from the best to the worst, each kept only if the soup with it is no worse on held-out images.
    /// </summary>
    /// <param name="members">At least one, aligned; effective weights.</param>
    /// <param name="heldOut">What decides: images other than those it is tested on.</param>
    /// <param name="images">For batch-norm statistics; null for networks without.</param>
    /// <returns>The soup, which the caller disposes, and the indices of the members in it, in the order they were taken.</returns>
    /// <exception cref="InputException">No member, members of different graphs, or images are missing.</exception>
    public static (WeightSet Weights, IReadOnlyList<int> Members) Greedy(
        IReadOnlyList<WeightSet> members,
        BatchSource heldOut,
        StatisticsImages? images
    )
    {
        (int Index, double Accuracy)[] ranked =
        [
            .. members
                .Select((member, i) => (i, Evaluation.Of(member, heldOut).MustBeFinite("a member of the soup").AccuracyPercent))
                .OrderByDescending(pair => pair.AccuracyPercent)
                .ThenBy(pair => pair.i),
        ];
        var taken = new List<int>();
        WeightSet? best = null;
        double accuracy = double.NegativeInfinity;
        foreach ((int index, _) in ranked)
        {
            WeightSet candidate = Uniform([.. taken.Append(index).Select(i => members[i])], images);
            Evaluation tried = Evaluation.Of(candidate, heldOut);
            // A soup without a finite loss is no better than any.
            double found = double.IsFinite(tried.Loss) ? tried.AccuracyPercent : double.NegativeInfinity;
            if (best is not null && found < accuracy)
            {
                candidate.Dispose();
                continue;
            }
            best?.Dispose();
            (best, accuracy) = (candidate, found);
            taken.Add(index);
        }
        return (best ?? Uniform(members, images), taken);
    }
}
