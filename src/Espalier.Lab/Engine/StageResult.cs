namespace Espalier.Lab.Engine;

/// <summary>Numbers that a stage gave; they are kept in its manifest.</summary>
/// <param name="Numbers">By name, such as <c>test_accuracy_percent</c>.</param>
public sealed record StageResult(IReadOnlyDictionary<string, double> Numbers)
{
    /// <summary>Time computed over all attempts, in seconds; null for that of the last one.</summary>
    public double? Seconds { get; init; }

    /// <summary>A number by name; NaN where there is none.</summary>
    public double this[string name] => Numbers.GetValueOrDefault(name, double.NaN);
}
