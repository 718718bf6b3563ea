namespace Espalier.Cli.Runs;

/// <summary>How a plan is run.</summary>
/// <param name="Store">Folder of the store.</param>
/// <param name="Data">Where data sets are looked for; null for the usual place.</param>
/// <param name="Workers">Trainings side by side.</param>
/// <param name="Threads">Threads of each.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="KeepFailed">Whether stages that failed before are left alone.</param>
/// <param name="Quiet">Whether to show no progress.</param>
internal sealed record RunHow(string Store, string? Data, int Workers, int Threads, string Device, bool KeepFailed, bool Quiet);
