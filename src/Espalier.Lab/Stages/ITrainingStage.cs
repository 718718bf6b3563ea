using Espalier.Training;

namespace Espalier.Lab.Stages;

/// <summary>A stage whose training several ranks can share: what of it is not handed from one to the other.</summary>
internal interface ITrainingStage : INetworkStage
{
    /// <summary>Schedule and optimizer.</summary>
    TrainingOptions Training { get; }

    /// <summary>How the mask changes; null for a mask that stays, or none.</summary>
    IMaskUpdate? Updates => null;
}
