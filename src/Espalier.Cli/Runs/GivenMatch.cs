using Espalier.Cli.Terminal;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;
using TorchSharp;

namespace Espalier.Cli.Runs;

/// <summary>A permutation between two networks given as files.</summary>
internal static class GivenMatch
{
    /// <summary>Whether labels of the images are those of the network's classes.</summary>
    public static bool HasLabels(Network network, DataSet set) => network.Classes == set.Train.Classes.Count;

    /// <summary>Why labels of the images say nothing.</summary>
    public static string NoLabels(Network network, DataSet set) =>
        $"{network.Name} knows {Counted.Of(network.Classes, "class", "classes")}, and {set.Name} has {set.Train.Classes.Count}";

    /// <summary>Finds π that moves A to B, and certifies it.</summary>
    /// <param name="how">How.</param>
    /// <param name="a">A.</param>
    /// <param name="mask">A's mask; null to compare all of A.</param>
    /// <param name="b">B.</param>
    /// <param name="set">Its training images, plain, are compared on.</param>
    /// <param name="device">Where.</param>
    /// <param name="line">Shows how far it is.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="InputException">This way needs labels, and the images have those of other classes.</exception>
    public static (Match Match, Certificate Certificate) Find(
        MatchSpecification how,
        WeightSet a,
        Mask? mask,
        WeightSet b,
        DataSet set,
        torch.Device device,
        ProgressLine line,
        CancellationToken cancel
    )
    {
        if (how.Matcher().NeedsLabels && !HasLabels(a.Network, set))
            throw new InputException(
                $"Matching by={how.By.Name} needs the images' labels, but {NoLabels(a.Network, set)}; expected images of its classes, or "
                    + "a way without labels such as by=activations."
            );
        using var images = new BatchSource(set.Train, set.Normalization, Augmentation.None, device, Precision.Float32.ToScalarType());
        var problem = new MatchingProblem(a, mask, b, images);
        Match match = how.Find(problem, new Relay<double>(share => line.Show(share, "matching")), cancel).WithSigns(problem);
        return (match, MatchFile.Certify(match, a, mask, images));
    }
}
