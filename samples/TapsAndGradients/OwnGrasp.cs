using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Weights;
using static TorchSharp.torch;

namespace TapsAndGradients;

/// <summary>GraSP (Wang, Zhang and Grosse 2020) as anybody may write it: kept are the weights of largest θ ⊙ Hg.</summary>
public sealed record OwnGrasp : IPruningCriterion
{
    public const double Temperature = 200;

    public string Name => "own-grasp";

    /// <summary>Whatever decides of the scores beside the network, the images and the random numbers.</summary>
    public object Options => new { Temperature, BatchSize };

    public bool NeedsImages => true;

    public int BatchSize { get; init; } = 128;

    public Tensor Scores(PruningMoment moment)
    {
        using var scope = NewDisposeScope();
        using var differentiation = new Differentiation(moment.Weights, moment.Mask) { Loss = Losses.CrossEntropyAt(Temperature) };
        using Batch batch = moment.NeededImages().Epoch(moment.Random, BatchSize).First();
        // 1 where a weight of a convolution or linear layer is kept, 0 elsewhere: [P], and a view of each array in PyTorch's shape.
        Tensor places = moment.Mask.ToFactors(CPU, ScalarType.Float32);
        foreach (Parameter other in moment.Weights.Network.Parameters.Where(p => !p.IsWeight))
            moment.Weights.Layout.View(places, other).zero_();
        using LossGradients gradients = differentiation.Of(batch);
        Tensor product = differentiation.HessianProduct(batch, gradients.OfWeights * places);
        Tensor theta = moment.Weights.ToTensor(CPU, ScalarType.Float32);
        return (theta * product * places).MoveToOuterDisposeScope();
    }
}
