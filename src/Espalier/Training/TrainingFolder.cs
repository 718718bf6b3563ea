using System.Globalization;
using System.Text.Json;
using Espalier.Files;
using Espalier.Weights;

namespace Espalier.Training;

/// <summary>
/// A training on disk: <c>weights.safetensors</c> (final), <c>epoch-0002.safetensors</c> (kept checkpoints), <c>metrics.jsonl</c>, the same
/// numbers for TensorBoard, and, while it is under way, <c>resume.safetensors</c> with everything it continues from. Where the mask
/// changes, <c>mask.safetensors</c> is the final one, and every kept checkpoint has its own (<c>epoch-0002-mask.safetensors</c>); where a
/// moving average is kept, <c>ema.safetensors</c> is the one of the last step.
/// </summary>
/// <param name="path">Made when first written to.</param>
public sealed class TrainingFolder(string path)
{
    /// <summary>The file of a trained network.</summary>
    public const string WeightsName = "weights.safetensors";

    /// <summary>The file of the moving average of its weights, where one is kept.</summary>
    public const string AverageName = "ema.safetensors";

    /// <summary>The file of the mask that it keeps.</summary>
    public const string MaskName = "mask.safetensors";

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The weights after the last epoch.</summary>
    public string FinalWeights => System.IO.Path.Combine(Path, WeightsName);

    /// <summary>The moving average of the weights after the last step, of a training that kept one.</summary>
    public string Average => System.IO.Path.Combine(Path, AverageName);

    /// <summary>The mask after the last epoch, of a training that changed it.</summary>
    public string FinalMask => System.IO.Path.Combine(Path, MaskName);

    /// <summary>The file of per-epoch metrics.</summary>
    public string MetricsFile => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>The per-epoch metrics for TensorBoard.</summary>
    public string EventFile => System.IO.Path.Combine(Path, "events.out.tfevents.espalier");

    /// <summary>What a training under way continues from.</summary>
    internal string ResumeFile => System.IO.Path.Combine(Path, "resume.safetensors");

    /// <summary>Whether the run has ended.</summary>
    public bool IsFinished => File.Exists(FinalWeights);

    /// <summary>
    /// Threads that the training stopped here, or finished here, computed on; null where nothing says so. To continue it takes as many.
    /// </summary>
    public int? Threads => TrainingFacts.Of(ResumeFile).Threads ?? TrainingFacts.Of(FinalWeights).Threads;

    /// <summary>Processes that trained what is stopped, or finished, here together; null for one, and where nothing says so.</summary>
    public int? Ranks => (IsFinished ? TrainingFacts.Of(FinalWeights) : TrainingFacts.Of(ResumeFile)).Ranks;

    /// <summary>The weights kept after some completed epochs.</summary>
    public string Checkpoint(int epoch) =>
        System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"epoch-{epoch:0000}.safetensors"));

    /// <summary>The mask in force after some completed epochs, of a training that changes it.</summary>
    public string CheckpointMask(int epoch) => System.IO.Path.ChangeExtension(Checkpoint(epoch), null) + "-mask.safetensors";

    /// <summary>Reads what a finished run left.</summary>
    public TrainingResult Read() =>
        new(WeightsFile.Read(FinalWeights), ReadMetrics()) { Average = File.Exists(Average) ? WeightsFile.Read(Average) : null };

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

    internal void WriteMetrics(IReadOnlyList<EpochMetrics> metrics)
    {
        AtomicFile.WriteText(MetricsFile, string.Concat(metrics.Select(m => m.ToJson() + "\n")));
        AtomicFile.Write(EventFile, stream => TensorBoardEvents.Write(stream, metrics));
    }
}
