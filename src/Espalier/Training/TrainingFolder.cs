using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Espalier.Files;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// A training on disk: <c>weights.safetensors</c> (final), <c>epoch-0002.safetensors</c> (kept checkpoints), <c>metrics.jsonl</c>, the same
/// numbers for TensorBoard, and, while it is under way, <c>resume.safetensors</c> with everything it continues from. Where the mask
/// changes, <c>mask.safetensors</c> is the final one, and every kept checkpoint has its own (<c>epoch-0002-mask.safetensors</c>).
/// </summary>
/// <param name="path">Made when first written to.</param>
public sealed class TrainingFolder(string path)
{
    private const string ResumeFormat = "espalier.training";
    private FolderOrigin? _origin;

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The weights after the last epoch.</summary>
    public string FinalWeights => System.IO.Path.Combine(Path, "weights.safetensors");

    /// <summary>The mask after the last epoch, of a training that changed it.</summary>
    public string FinalMask => System.IO.Path.Combine(Path, "mask.safetensors");

    /// <summary>The file of per-epoch metrics.</summary>
    public string MetricsFile => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>The per-epoch metrics for TensorBoard.</summary>
    public string EventFile => System.IO.Path.Combine(Path, "events.out.tfevents.espalier");

    private string ResumeFile => System.IO.Path.Combine(Path, "resume.safetensors");

    /// <summary>Whether the run has ended.</summary>
    public bool IsFinished => File.Exists(FinalWeights);

    /// <summary>
    /// Threads that the training stopped here, or finished here, computed on; null where nothing says so. To continue it takes as many.
    /// </summary>
    public int? Threads => TrainingFacts.Of(ResumeFile).Threads ?? TrainingFacts.Of(FinalWeights).Threads;

    /// <summary>The weights kept after some completed epochs.</summary>
    public string Checkpoint(int epoch) =>
        System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"epoch-{epoch:0000}.safetensors"));

    /// <summary>The mask in force after some completed epochs, of a training that changes it.</summary>
    public string CheckpointMask(int epoch) => System.IO.Path.ChangeExtension(Checkpoint(epoch), null) + "-mask.safetensors";

    /// <summary>Reads what a finished run left.</summary>
    public TrainingResult Read() => new(WeightsFile.Read(FinalWeights), ReadMetrics());

    /// <summary>
    /// Refuses to go on with another training, finished or not; says what this one is made of before it writes anything else.
    /// </summary>
    /// <exception cref="InputException">The folder holds a training of other inputs or options.</exception>
    internal void MustBeOf(TrainingRun run, TrainingOptions options, TrainingData data)
    {
        var origin = new FolderOrigin(Path, "training", TrainingOrigin.Of(run, options, data.Set));
        origin.MustMatch([System.IO.Path.GetFileName(FinalWeights)]);
        _origin = origin;
    }

    internal void Keep(int epoch, TrainingRun run, TrainerState state, TrainingOptions options)
    {
        _origin?.Keep();
        if (run.Updates is not null)
            MaskFile.Write(CheckpointMask(epoch), state.Mask!);
        using WeightSet weights = state.Snapshot();
        WeightsFile.Write(Checkpoint(epoch), weights, Facts(epoch, options).ToMetadata());
    }

    internal void Save(TrainerState state, TrainingRun run, TrainingOptions options, TrainingData data, IReadOnlyList<EpochMetrics> metrics)
    {
        using var scope = NewDisposeScope();
        _origin?.Keep();
        WriteMetrics(metrics);
        IEnumerable<StoredTensor> pruned = run.Updates is null
            ? []
            : [StoredTensor.FromBools("pruned", state.Mask!.Pruned.shape, state.Mask.Pruned.data<bool>().ToArray())];
        Safetensors.Write(
            ResumeFile,
            [Stored("values", state.Values), Stored("velocity", state.Velocity), Stored("statistics", state.Statistics), .. pruned],
            new Dictionary<string, string>(Facts(metrics.Count, options).ToMetadata())
            {
                ["format"] = ResumeFormat,
                ["run"] = Identity(run, options, data),
            }
        );
    }

    /// <summary>Restores the last completed epoch, if this same run was interrupted here.</summary>
    /// <returns>Metrics of the completed epochs; none if there is nothing to continue.</returns>
    internal List<EpochMetrics>? Resume(TrainerState state, TrainingRun run, TrainingOptions options, TrainingData data)
    {
        if (!File.Exists(ResumeFile))
            return null;
        TensorFile saved = Safetensors.Read(ResumeFile);
        if (saved.Metadata.GetValueOrDefault("run") != Identity(run, options, data))
            throw new InputException(
                $"{ResumeFile} is of a training with other options, images, weights or mask; give another folder, or remove it."
            );
        if (TrainingFacts.Of(saved.Metadata).Threads is { } threads)
            BegunWork.MustBe(Path, threads);
        int epoch = int.Parse(saved.Metadata["epoch"], CultureInfo.InvariantCulture);
        using var scope = NewDisposeScope();
        Mask? mask = run.Updates is null ? null : new Mask(run.Mask!.Layout, run.Mask.Prunable, tensor(saved["pruned"].ToBooleans()));
        state.Restore(
            tensor(saved["values"].ToFloats()),
            tensor(saved["velocity"].ToFloats()),
            tensor(saved["statistics"].ToFloats()),
            mask
        );
        List<EpochMetrics> metrics = [.. ReadMetrics().Take(epoch)];
        if (metrics.Count != epoch)
            throw new InputException($"{MetricsFile} has {Counted.Of(metrics.Count, "epoch")}; {ResumeFile} expects {epoch}.");
        WriteMetrics(metrics); // they may be an epoch ahead of the state
        return metrics;
    }

    internal void Finish(TrainingResult result, TrainingOptions options)
    {
        if (result.Mask is not null)
            MaskFile.Write(FinalMask, result.Mask); // before the weights, which say that the run has ended
        WeightsFile.Write(FinalWeights, result.Final, Facts(result.Metrics.Count, options).ToMetadata());
        File.Delete(ResumeFile);
    }

    /// <summary>What a finished training left, whose last file to be removed may still be there.</summary>
    internal TrainingResult ReadFinished(TrainingRun run)
    {
        File.Delete(ResumeFile);
        return Read() with { Mask = run.Updates is null ? null : MaskFile.Read(FinalMask, run.Start.Network) };
    }

    /// <summary>Reads the metrics of the completed epochs.</summary>
    /// <exception cref="InputException">They are missing or damaged.</exception>
    public IReadOnlyList<EpochMetrics> ReadMetrics()
    {
        try
        {
            return [.. File.ReadLines(MetricsFile).Select(EpochMetrics.FromJson)];
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw JsonFaults.Reading(MetricsFile, "metrics", fault);
        }
    }

    private void WriteMetrics(IReadOnlyList<EpochMetrics> metrics)
    {
        AtomicFile.WriteText(MetricsFile, string.Concat(metrics.Select(m => m.ToJson() + "\n")));
        AtomicFile.Write(EventFile, stream => TensorBoardEvents.Write(stream, metrics));
    }

    /// <summary>What must be the same for two runs to be the same run.</summary>
    private static string Identity(TrainingRun run, TrainingOptions options, TrainingData data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(
            Encoding.UTF8.GetBytes(
                $"{JsonSerializer.Serialize(options)}|{data.Set.Digest}|{JsonSerializer.Serialize(data.Augmentation)}|"
                    + $"{run.Seed}|{run.DataStream}|{run.Start.Network.Fingerprint}|"
            )
        );
        hash.AppendData(run.Start.Values.bytes);
        hash.AppendData(run.Start.Statistics.bytes);
        if (run.Mask is not null)
            hash.AppendData(run.Mask.Pruned.bytes);
        if (run.Updates is not null)
            hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize<object>(run.Updates)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static TrainingFacts Facts(int epoch, TrainingOptions options) => new(epoch, options.Precision, ComputeThreads.Current);

    private static StoredTensor Stored(string name, Tensor flat) =>
        StoredTensor.FromFloats(name, flat.shape, flat.detach().cpu().data<float>().ToArray());
}
