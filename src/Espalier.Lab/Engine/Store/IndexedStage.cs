namespace Espalier.Lab.Engine.Store;

/// <summary>A finished stage, as the index knows it.</summary>
/// <param name="Id">The stage's id.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Title">The stage, for people.</param>
/// <param name="Bytes">Of its files.</param>
/// <param name="Seconds">Time computed.</param>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="TestAccuracyPercent">NaN where it measured none.</param>
/// <param name="Ended">When it was finished, UTC.</param>
public sealed record IndexedStage(
    string Id,
    string Kind,
    string Title,
    long Bytes,
    double Seconds,
    int Epochs,
    double TestAccuracyPercent,
    DateTimeOffset Ended
);
