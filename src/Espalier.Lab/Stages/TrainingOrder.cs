namespace Espalier.Lab.Stages;

/// <summary>What rank 0 tells the others: what is trained next, or that nothing is.</summary>
/// <param name="Stage">Id of what is trained; null for nothing more.</param>
/// <param name="Seed">Of its random numbers.</param>
/// <param name="Stream">Name of its batches.</param>
/// <param name="Prunable">Names of the arrays that its mask may prune; null where it has no mask.</param>
/// <param name="Code">What to end with, where there is nothing more.</param>
internal sealed record TrainingOrder(string? Stage, long Seed, string Stream, string[]? Prunable, int? Code);
