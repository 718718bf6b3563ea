using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Espalier.Weights;

namespace OneOfYourOwn;

/// <summary>A kind of stage: how far apart the weights of two networks lie. The store, workers and resumption follow.</summary>
/// <param name="first">A stage that leaves a network.</param>
/// <param name="second">Another, of the same graph.</param>
public sealed class DistanceStage(Stage first, Stage second) : Stage(first, second)
{
    public override string Kind => "distance";

    public override string Title => $"distance from {first.Title} to {second.Title}";

    /// <summary>Whatever decides beside the two networks: with their names, the stage's own name.</summary>
    public override object Options => new { Norm = 2 };

    public override StageResult Run(StageRun run)
    {
        var network = ((INetworkStage)first).Model.Network;
        using WeightSet one = WeightsFile.Read(run.File(first, INetworkStage.Weights), network),
            other = WeightsFile.Read(run.File(second, INetworkStage.Weights), network);
        double squares = network.Parameters.Sum(p => one.Read(p).Zip(other.Read(p), (x, y) => Math.Pow(x - y, 2)).Sum());
        return new StageResult(new SortedDictionary<string, double> { ["distance"] = Math.Sqrt(squares) });
    }
}
