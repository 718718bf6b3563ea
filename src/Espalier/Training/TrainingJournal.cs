using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Espalier.Data;
using Espalier.Files;
using Espalier.Runtime;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>What one training writes into its folder as it goes, and reads there to go on.</summary>
internal sealed class TrainingJournal
{
    private const string ResumeFormat = "espalier.training",
        SecondMoment = "second_moment",
        Average = "average",
        AverageStatistics = "average_statistics";

    private readonly TrainingFolder _folder;
    private readonly TrainingRun _run;
    private readonly TrainingOptions _options;
    private readonly FolderOrigin _origin;
    private readonly int _ranks;
    private readonly Normalization? _measured;
    private readonly Lazy<string> _identity; // weights and mask do not change: they are hashed once, not after every epoch

    /// <summary>Refuses to go on with another training, finished or not.</summary>
    /// <exception cref="InputException">The folder holds a training of other inputs or options.</exception>
    public TrainingJournal(TrainingFolder folder, TrainingRun run, TrainingOptions options, TrainingData data)
    {
        (_folder, _run, _options) = (folder, run, options);
        _ranks = data.Ranks.Size;
        _measured = data.Set.IsMeasured ? data.Set.Normalization : null;
        _origin = new FolderOrigin(folder.Path, TrainingOrigin.Kind, TrainingOrigin.Of(run, options, data.Set));
        _origin.MustMatch([Path.GetFileName(folder.FinalWeights)]);
        _identity = new(() => Identity(run, options, data));
    }

    /// <summary>Keeps the weights after some completed epochs, and the mask where it changes.</summary>
    public void Keep(int epoch, TrainerState state)
    {
        _origin.Keep(); // what the training is made of, before anything else
        if (_run.Updates is not null)
            MaskFile.Write(_folder.CheckpointMask(epoch), state.Mask!);
        using WeightSet weights = state.Snapshot();
        WeightsFile.Write(_folder.Checkpoint(epoch), weights, Facts(epoch).ToMetadata());
    }

    /// <summary>
    /// Writes down everything that a training under way continues from. If it cannot, what was written last is still there.
    /// </summary>
    /// <param name="state">Of the training.</param>
    /// <param name="metrics">Of the completed epochs.</param>
    /// <param name="part">What is done of the epoch after them; null for nothing.</param>
    public void Save(TrainerState state, IReadOnlyList<EpochMetrics> metrics, EpochPart? part = null)
    {
        using var scope = NewDisposeScope();
        _origin.Keep();
        _folder.WriteMetrics(metrics);
        IEnumerable<StoredTensor> pruned = _run.Updates is null
            ? []
            : [StoredTensor.FromBools("pruned", state.Mask!.Pruned.shape, state.Mask.Pruned.data<bool>().ToArray())];
        Safetensors.Write(
            _folder.ResumeFile,
            [
                Stored("values", state.Values),
                Stored("velocity", state.Velocity),
                Stored("statistics", state.Statistics),
                .. pruned,
                .. state.AdamW is { } moments ? [Stored(SecondMoment, moments.Second)] : Array.Empty<StoredTensor>(),
                .. state.SignIn?.Buffers.Select(buffer => Stored(buffer.Name, buffer.Values)) ?? [],
                .. state.Average is { } average
                    ? [Stored(Average, average.Values), Stored(AverageStatistics, average.Statistics)]
                    : Array.Empty<StoredTensor>(),
            ],
            new Dictionary<string, string>([.. Facts(metrics.Count).ToMetadata(), .. part?.ToMetadata() ?? []])
            {
                ["format"] = ResumeFormat,
                ["run"] = Run(part),
                ["updates"] = (state.AdamW?.Updates ?? 0).ToString(CultureInfo.InvariantCulture),
            }
        );
    }

    /// <summary>Restores what was saved last, if this same run was interrupted here.</summary>
    /// <returns>
    /// Metrics of the epochs completed until then, and what was done of the next one, if anything was; null if there is nothing to
    /// continue.
    /// </returns>
    public (List<EpochMetrics> Metrics, EpochPart? Part)? Resume(TrainerState state)
    {
        string file = _folder.ResumeFile;
        if (!File.Exists(file))
            return null;
        TensorFile saved = Safetensors.Read(file);
        EpochPart? part = PartOf(saved);
        if (saved.Metadata.GetValueOrDefault("run") != Run(part))
            throw new InputException(
                $"{file} is of a training with other options, images, weights or mask; give another folder, or remove it."
            );
        if (TrainingFacts.Of(saved.Metadata).Threads is { } threads)
            BegunWork.MustBe(_folder.Path, threads);
        int epoch = int.Parse(saved.Metadata["epoch"], CultureInfo.InvariantCulture);
        using var scope = NewDisposeScope();
        Mask? mask = _run.Updates is null ? null : new Mask(_run.Mask!.Layout, _run.Mask.Prunable, tensor(saved["pruned"].ToBooleans()));
        state.Restore(
            tensor(saved["values"].ToFloats()),
            tensor(saved["velocity"].ToFloats()),
            tensor(saved["statistics"].ToFloats()),
            mask
        );
        if (state.AdamW is { } moments)
        {
            moments.Second.copy_(tensor(saved[SecondMoment].ToFloats()));
            moments.Updates = long.Parse(saved.Metadata["updates"], CultureInfo.InvariantCulture);
        }
        foreach ((string name, Tensor buffer) in state.SignIn?.Buffers ?? [])
            buffer.copy_(tensor(saved[name].ToFloats()));
        if (state.Average is { } average)
        {
            average.Values.copy_(tensor(saved[Average].ToFloats()));
            average.Statistics.copy_(tensor(saved[AverageStatistics].ToFloats()));
        }
        List<EpochMetrics> metrics = [.. _folder.ReadMetrics().Take(epoch)];
        if (metrics.Count != epoch)
            throw new InputException($"{_folder.MetricsFile} has {Counted.Of(metrics.Count, "epoch")}; {file} expects {epoch}.");
        _folder.WriteMetrics(metrics); // they may be an epoch ahead of the state
        return (metrics, part);
    }

    private EpochPart? PartOf(TensorFile saved)
    {
        try
        {
            return EpochPart.Of(saved.Metadata);
        }
        catch (Exception fault) when (fault is FormatException or KeyNotFoundException or OverflowException)
        {
            throw new InputException($"{_folder.ResumeFile} does not say how far its epoch is; remove it, and the training begins anew.");
        }
    }

    /// <summary>
    /// Names the run. In the middle of an epoch it has another name: a program that knows no such place must not take it for an epoch's
    /// end.
    /// </summary>
    private string Run(EpochPart? part) => part is null ? _identity.Value : _identity.Value + ".part";

    /// <summary>
    /// Writes what the training ended with. The end of its last epoch is in no resume file: killed before the weights are there, that epoch
    /// is trained again from where it was saved last.
    /// </summary>
    public void Finish(TrainingResult result)
    {
        _origin.Keep();
        _folder.WriteMetrics(result.Metrics);
        if (result.Mask is not null)
            MaskFile.Write(_folder.FinalMask, result.Mask); // before the weights, which say that the run has ended
        if (result.Average is not null)
            WeightsFile.Write(_folder.Average, result.Average, Facts(result.Metrics.Count).ToMetadata()); // likewise
        WeightsFile.Write(_folder.FinalWeights, result.Final, Facts(result.Metrics.Count).ToMetadata());
        File.Delete(_folder.ResumeFile);
    }

    /// <summary>What a finished training left, whose last file to be removed may still be there.</summary>
    public TrainingResult ReadFinished()
    {
        File.Delete(_folder.ResumeFile);
        return _folder.Read() with { Mask = _run.Updates is null ? null : MaskFile.Read(_folder.FinalMask, _run.Start.Network) };
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

    private TrainingFacts Facts(int epoch) =>
        new(epoch, _options.Precision, ComputeThreads.Current) { Normalization = _measured, Ranks = _ranks > 1 ? _ranks : null };

    private static StoredTensor Stored(string name, Tensor flat) =>
        StoredTensor.FromFloats(name, flat.shape, HostRead.Values<float>(flat.detach()));
}
