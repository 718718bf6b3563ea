using Espalier.Lab.Engine;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Design.Costs;

/// <summary>Machines that a plan is laid out on, and how long its stages take there.</summary>
/// <param name="Nodes">Machines.</param>
/// <param name="GpusPerNode">Devices of each.</param>
/// <param name="Rate">Of one device: its workers side by side.</param>
/// <param name="BatchSize">Images of a step, of all ranks together.</param>
public sealed record Cluster(int Nodes, int GpusPerNode, MachineRate Rate, int BatchSize)
{
    /// <summary>Bytes a second that a ring all-reduce moves between devices of one machine; assumed.</summary>
    public double WithinNode { get; init; } = 100e9;

    /// <summary>Bytes a second between machines; assumed: one port of 200 Gbit/s.</summary>
    public double BetweenNodes { get; init; } = 20e9;

    /// <summary>Devices in all.</summary>
    public int Gpus => Nodes * GpusPerNode;

    /// <summary>Stages that can be computed side by side, one rank each.</summary>
    internal int Places => Gpus * Rate.Workers;

    /// <summary>Ranks that a stage is computed by where trainings have so many: what does not train has one.</summary>
    public static int RanksOf(Stage stage, int ranks) => stage.Epochs > 0 && stage is INetworkStage ? ranks : 1;

    /// <summary>Seconds of a stage: its operations shared by the ranks, and the sums of gradients.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="ranks">Of trainings.</param>
    public double Seconds(Stage stage, int ranks)
    {
        int own = RanksOf(stage, ranks);
        return Rate.OfOneWorker(stage) / own + AllReduceSeconds(stage, own);
    }

    /// <summary>
    /// Of them, those of the all-reduces that nothing hides: 2 (r − 1) / r of the gradient's float32 bytes a step over the slowest wire.
    /// </summary>
    public double AllReduceSeconds(Stage stage, int ranks) =>
        ranks == 1
            ? 0
            : Steps(stage) * 2.0 * (ranks - 1) / ranks * GradientBytes(stage) / (ranks <= GpusPerNode ? WithinNode : BetweenNodes);

    private static double GradientBytes(Stage stage) => sizeof(float) * (double)((INetworkStage)stage).Model.Network.ParameterCount;

    private double Steps(Stage stage) => stage.Epochs * Math.Ceiling((double)((INetworkStage)stage).Data.ImagesPerEpoch / BatchSize);
}
