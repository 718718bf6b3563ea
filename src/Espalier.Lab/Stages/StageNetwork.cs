using Espalier.Lab.Engine;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>A trained network that a study reads: a stage's weights, perhaps moved through weight symmetry.</summary>
/// <param name="Stage">An <see cref="INetworkStage"/>; sparse networks lie there with their mask applied.</param>
/// <param name="Match">The stage of π; null to take the network as it is.</param>
/// <param name="Inverse">Whether π⁻¹ is applied instead of π: back from B to A.</param>
public sealed record StageNetwork(Stage Stage, Stage? Match = null, bool Inverse = false)
{
    /// <summary>The graph and the images it was trained on.</summary>
    public INetworkStage Network => (INetworkStage)Stage;

    /// <summary>Stages it reads.</summary>
    public IEnumerable<Stage> Inputs => Match is null ? [Stage] : [Stage, Match];

    /// <summary>What decides, beside the inputs' artefacts.</summary>
    public object Options =>
        new
        {
            Stage = Stage.Id,
            Match = Match?.Id,
            Inverse = Match is null ? (bool?)null : Inverse,
        };

    /// <summary>Reads it; the caller disposes it.</summary>
    public WeightSet Read(StageRun run)
    {
        WeightSet weights = WeightsFile.Read(run.File(Stage, INetworkStage.Weights), Network.Model.Network);
        if (Match is null)
            return weights;
        Permutation permutation = PermutationFile.Read(run.File(Match, MatchStage.PermutationName), Network.Model.Network);
        using (weights)
            return (Inverse ? permutation.Inverse() : permutation).Apply(weights);
    }

    /// <summary>Inputs of a stage that reads several networks, each once.</summary>
    public static IReadOnlyList<Stage> InputsOf(params IEnumerable<StageNetwork> networks) =>
        [.. networks.SelectMany(network => network.Inputs).DistinctBy(stage => stage.Id)];
}
