namespace Espalier.Cli.Runs;

/// <summary>What rank 0 tells the others of a run before its first stage.</summary>
/// <param name="Grid">What is run; null where nothing is.</param>
/// <param name="Code">What to end with then.</param>
internal sealed record RunOpening(string? Grid, int Code);
