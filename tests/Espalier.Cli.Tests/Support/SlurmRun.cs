using System.Security.Cryptography;

namespace Espalier.Cli.Tests.Support;

/// <summary>Runs and their stores in a temporary folder, and what is to be seen of them.</summary>
internal sealed class SlurmRun : IDisposable
{
    public TempFolder Folder { get; } = new();

    public void Dispose() => Folder.Dispose();

    /// <summary>Where a run of some name lies.</summary>
    public string[] Places(string name) => ["--store", Folder[$"{name}-store"], "--out", Folder[name]];

    /// <summary>Waits until the queue is empty.</summary>
    public Task EndAsync(string run) =>
        SlurmCluster.UntilAsync(
            async () => (await SlurmCluster.AskAsync("squeue", "-h", "-o", "%i")).Trim().Length == 0,
            () => $"all jobs have ended: {Logs(run)}"
        );

    /// <summary>All that its jobs have said.</summary>
    public string Logs(string run) =>
        Directory.Exists(Folder[$"{run}/slurm/logs"])
            ? string.Concat(Directory.EnumerateFiles(Folder[$"{run}/slurm/logs"]).Order(StringComparer.Ordinal).Select(File.ReadAllText))
            : "";

    /// <summary>Every file of every stage but the manifests, which say when and how long.</summary>
    public SortedDictionary<string, string> Artefacts(string run) =>
        new(
            Directory
                .EnumerateFiles(Folder[$"{run}-store/stages"], "*.safetensors", SearchOption.AllDirectories)
                .ToDictionary(
                    path => Path.GetRelativePath(Folder[$"{run}-store"], path),
                    path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))
                )
        );
}
