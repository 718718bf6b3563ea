namespace Espalier.Lab.Findings;

/// <summary>A stage that failed.</summary>
/// <param name="Stage">What it was, such as <c>permuted 95 % k=2 seed 0</c>.</param>
/// <param name="Message">Why.</param>
public sealed record StageFailure(string Stage, string Message);
