using System.Security.Cryptography;
using System.Text.Json;
using Espalier.Collectives;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>What makes one training of those of several ranks: they begin with the same bits, and are held to it.</summary>
internal sealed class RankedTraining
{
    private readonly ICollective _ranks;
    private readonly TrainingRun _run;
    private readonly bool _averages;

    /// <summary>Refuses ranks that are about different trainings.</summary>
    /// <exception cref="InputException">Some rank has another program, other options or images; or a batch has too few images.</exception>
    public RankedTraining(ICollective ranks, TrainingRun run, TrainingOptions options, TrainingData data)
    {
        (_ranks, _run, _averages) = (ranks, run, options.EmaDecay > 0);
        if (ranks.Size == 1)
            return;
        ranks.MustAgree($"{typeof(Trainer).Module.ModuleVersionId}", "another version of the program", "the same on all ranks");
        Network network = run.Start.Network;
        string updates = run.Updates is null ? "" : JsonSerializer.Serialize<object>(run.Updates);
        ranks.MustAgree(
            $"{JsonSerializer.Serialize(options)}|{run.Seed}|{run.DataStream}|{network.Fingerprint}|{updates}",
            "other options or another network",
            "the same command line on all ranks"
        );
        ranks.MustAgree(data.Set.Digest, "other images", "the same files on all ranks");
        ranks.MustAgree(run.Mask is null ? "" : Digests.Of(run.Mask), "another mask", "the same files on all ranks");
        int last = options.DropLast ? 0 : data.Set.Train.Count % options.BatchSize,
            least = (last == 0 ? options.BatchSize : last) / ranks.Size,
            needed = options.SyncBatchNorm || TrainingFit.NeedingSeveralImages(network) is null ? 1 : 2;
        if (Math.Min(least, options.BatchSize / ranks.Size) < needed)
            throw new SharedRefusalException(
                $"A batch of {Counted.Of(last == 0 ? options.BatchSize : last, "image")} gives some of {ranks.Size} ranks fewer than"
                    + $" {Counted.Of(needed, "image")}; expected fewer ranks, another batch size, or incomplete batches left out."
            );
    }

    /// <summary>What may be refused to this rank alone: kept for <see cref="IsToldToStop"/>, where there are others to tell.</summary>
    /// <param name="fault">What was refused; left where something was before.</param>
    /// <param name="work">Not done after a fault.</param>
    public T? Try<T>(ref InputException? fault, Func<T> work)
    {
        if (fault is not null)
            return default;
        try
        {
            return work();
        }
        catch (InputException refused) when (_ranks.Size > 1 && refused is not BrokenRanksException)
        {
            fault = refused;
            return default;
        }
    }

    /// <inheritdoc cref="Try{T}(ref InputException?, Func{T})"/>
    public void Try(ref InputException? fault, Action work)
    {
        _ = Try(
            ref fault,
            () =>
            {
                work();
                return true;
            }
        );
    }

    /// <summary>Whether any rank was told to stop: asked before every step, and the same answer on all of them.</summary>
    /// <param name="fault">What was refused to this one; null for nothing.</param>
    /// <param name="cancel">Tells this one.</param>
    /// <exception cref="SharedRefusalException">Something was refused to some rank: it is to all.</exception>
    public bool IsToldToStop(InputException? fault, CancellationToken cancel)
    {
        bool isTold = cancel.IsCancellationRequested;
        if (_ranks.Size == 1)
            return isTold;
        using var scope = NewDisposeScope();
        Tensor asked = tensor(new[] { isTold ? 1L : 0, fault is null ? 0L : 1 });
        _ranks.AllReduceSum(asked);
        long[] sums = HostRead.Values<long>(asked);
        if (sums[1] > 0)
            _ranks.MustAllDo(fault);
        return sums[0] > 0;
    }

    /// <summary>At the end of an epoch, refuses all ranks what was refused to any.</summary>
    public void MustAllDo(InputException? fault)
    {
        if (_ranks.Size > 1)
            _ranks.MustAllDo(fault);
    }

    /// <summary>What all ranks are refused for numbers that all of them have.</summary>
    public InputException Refusal(string sentence) => _ranks.Size > 1 ? new SharedRefusalException(sentence) : new InputException(sentence);

    /// <summary>Rank 0's number.</summary>
    public int Share(int number) => BitConverter.ToInt32(_ranks.Share(BitConverter.GetBytes(number)));

    /// <summary>What rank 0 says.</summary>
    public bool Share(bool isSo) => _ranks.Share([isSo ? (byte)1 : (byte)0])[0] == 1;

    /// <summary>The state that rank 0 begins or goes on with, on all ranks.</summary>
    public (List<EpochMetrics> Metrics, EpochPart? Part)? Share((List<EpochMetrics> Metrics, EpochPart? Part)? before, TrainerState state)
    {
        if (_ranks.Size == 1)
            return before;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var told = _ranks.Rank == 0 && before is { } known ? new Told(known.Metrics, known.Part, state.AdamW?.Updates ?? 0) : null;
        told = JsonSerializer.Deserialize<Told?>(_ranks.Share(JsonSerializer.SerializeToUtf8Bytes(told)));
        if (state.Pruned is not null)
        {
            Tensor pruned = state.Pruned.clone();
            _ranks.Broadcast(pruned);
            if (_ranks.Rank > 0 && _run.Updates is not null)
                state.Change(pruned);
        }
        foreach (Tensor buffer in Carried(state))
            _ranks.Broadcast(buffer);
        _ranks.Broadcast(state.Statistics);
        if (state.Average is { } average)
            _ranks.Broadcast(average.Statistics);
        state.Computed?.copy_(state.Values);
        if (told is not null && state.AdamW is { } moments)
            moments.Updates = told.Updates;
        return told is null ? null : (told.Metrics, told.Part);
    }

    /// <summary>A finished training, as rank 0 read it.</summary>
    /// <param name="read">Null on the others.</param>
    public TrainingResult Share(TrainingResult? read)
    {
        if (_ranks.Size == 1)
            return read!;
        using var scope = NewDisposeScope();
        Tensor values = (read?.Final.Values ?? _run.Start.Values).clone(),
            statistics = (read?.Final.Statistics ?? _run.Start.Statistics).clone();
        _ranks.Broadcast(values);
        _ranks.Broadcast(statistics);
        byte[] metrics = _ranks.Share(JsonSerializer.SerializeToUtf8Bytes(read?.Metrics));
        Tensor? pruned = _run.Updates is null ? null : (read?.Mask ?? _run.Mask!).Pruned.clone();
        if (pruned is not null)
            _ranks.Broadcast(pruned);
        Tensor[] average = _averages
            ? [(read?.Average ?? _run.Start).Values.clone(), (read?.Average ?? _run.Start).Statistics.clone()]
            : [];
        foreach (Tensor buffer in average)
            _ranks.Broadcast(buffer);
        if (read is not null)
            return read;
        var final = new WeightSet(_run.Start.Layout, values.DetachFromDisposeScope(), statistics.DetachFromDisposeScope());
        return new TrainingResult(final, JsonSerializer.Deserialize<List<EpochMetrics>>(metrics)!)
        {
            Mask = pruned is null ? null : new Mask(_run.Mask!.Layout, _run.Mask.Prunable, pruned.DetachFromDisposeScope()),
            Average = _averages ? new WeightSet(_run.Start.Layout, average[0], average[1]) : null,
        };
    }

    /// <summary>Refuses ranks that have come apart: each would train a network of its own.</summary>
    /// <exception cref="InputException">Some rank's weights, momentum or mask are not those of rank 0.</exception>
    public void MustBeEqual(TrainerState state, int epoch)
    {
        if (_ranks.Size == 1)
            return;
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor buffer in Carried(state).Concat(state.Pruned is { } pruned ? [pruned] : []))
            hash.AppendData(HostRead.Copy(buffer).bytes);
        _ranks.MustAgree(
            hash.GetHashAndReset(),
            $"after epoch {epoch} other weights",
            "the same bits: machines of one kind, with the same number of threads"
        );
    }

    private static IEnumerable<Tensor> Carried(TrainerState state) =>
        [
            state.Values,
            state.Velocity,
            .. state.AdamW is { } moments ? [moments.Second] : Array.Empty<Tensor>(),
            .. state.SignIn?.Buffers.Select(buffer => buffer.Values) ?? [],
            .. state.Average is { } average ? [average.Values] : Array.Empty<Tensor>(),
        ];

    private sealed record Told(List<EpochMetrics> Metrics, EpochPart? Part, long Updates);
}
