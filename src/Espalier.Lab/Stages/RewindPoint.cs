namespace Espalier.Lab.Stages;

/// <summary>A checkpoint of a dense training that pruning rounds go back to.</summary>
/// <param name="Dense">The training.</param>
/// <param name="Epoch">Its completed epochs; they are kept.</param>
public sealed record RewindPoint(DenseStage Dense, int Epoch)
{
    /// <summary>The file of its weights.</summary>
    internal string File => Dense.FileAt(Epoch);
}
