using Espalier.Networks;
using Espalier.Pruning;
using TorchSharp;
using static TorchSharp.torch;

namespace OneOfYourOwn;

/// <summary>LAMP (Lee et al. 2021): a weight's square over the sum of those of its array that are not smaller.</summary>
public sealed record Lamp : IPruningCriterion
{
    /// <summary>Known by its name: <c>"options": { "criterion": "lamp" }</c> in a grid's file.</summary>
    public static Lamp Criterion { get; } = PruningCriteria.Register(new Lamp());

    public string Name => "lamp";

    /// <summary>Whatever decides of the scores beside the network, the images and the random numbers: part of the stages' names.</summary>
    public object Options => new { };

    public bool NeedsImages => false;

    public Tensor Scores(PruningMoment moment) =>
        PruningScores.Flat(moment.Weights.Layout, moment.Mask.Prunable, array => Of(moment.Weights.ToTensor(array)));

    /// <summary>Pruned weights are zero and smallest, so that they count in no sum.</summary>
    private static Tensor Of(Tensor weights)
    {
        Tensor squares = (weights * weights).flatten().to(ScalarType.Float64),
            order = squares.sort(0, descending: true, stable: true).Indices;
        Tensor sorted = squares.index_select(0, order),
            scores = sorted / sorted.cumsum(0);
        return zeros_like(squares).scatter(0, order, scores).view(weights.shape);
    }
}
