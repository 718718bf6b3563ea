namespace Espalier.Lab.Engine.Store.Trials;

/// <summary>What was found out about one property of a file system.</summary>
/// <param name="Name">Which.</param>
/// <param name="Text">How it is, for people.</param>
/// <param name="IsGood">Whether a store can live with it.</param>
public sealed record TrialFinding(string Name, string Text, bool IsGood);
