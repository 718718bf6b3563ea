using Espalier.Training;

namespace Espalier.Lab.Stages;

/// <summary>A stage that leaves a trained network in <see cref="Weights"/>.</summary>
public interface INetworkStage
{
    /// <summary>Its file.</summary>
    const string Weights = TrainingFolder.WeightsName;

    /// <summary>The network.</summary>
    ModelSource Model { get; }

    /// <summary>What it was trained on.</summary>
    DataSource Data { get; }
}
