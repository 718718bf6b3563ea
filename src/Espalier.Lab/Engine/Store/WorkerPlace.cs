using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <summary>Where a worker is, for people: its machine, and its job where Slurm started it.</summary>
/// <param name="Host">The machine, by Slurm's name for it where it has one.</param>
/// <param name="Job">Slurm's job, <c>123</c> or <c>123_4</c>; null where there is none.</param>
public sealed record WorkerPlace(string Host, string? Job)
{
    /// <summary>This process's.</summary>
    public static WorkerPlace Here { get; } = Of(Environment.GetEnvironmentVariable, Environment.MachineName);

    /// <summary>As the environment of a job tells.</summary>
    /// <param name="variable">Its variables.</param>
    /// <param name="machine">The machine's own name.</param>
    public static WorkerPlace Of(Func<string, string?> variable, string machine) =>
        new(variable("SLURMD_NODENAME") is { Length: > 0 } node ? node : machine, LeaseHolder.JobOf(variable));

    /// <inheritdoc/>
    public override string ToString() => Job is null ? Host : $"{Host} (job {Job})";
}
