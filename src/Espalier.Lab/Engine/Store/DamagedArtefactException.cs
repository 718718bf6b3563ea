namespace Espalier.Lab.Engine.Store;

/// <summary>A finished artefact is not what its manifest says; it has to be made again.</summary>
/// <param name="stage">The stage whose artefact it is.</param>
/// <param name="how">What is wrong with it.</param>
public sealed class DamagedArtefactException(Stage stage, string how)
    : Exception($"The artefact of '{stage.Title}' ({stage.Kind} {stage.Id}) is damaged: {how}.")
{
    /// <summary>The stage to do again.</summary>
    public Stage Stage { get; } = stage;
}
