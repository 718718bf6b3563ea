using System.Text.Json;
using Espalier.Collectives;
using Espalier.Lab.Engine;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Lab.Stages;

/// <summary>
/// How ranks share the trainings of a plan. Rank 0 does its stages, alone but for the trainings in them; the others wait for one, train
/// what rank 0 trains, and wait for the next.
/// </summary>
/// <param name="ranks">All of them.</param>
public sealed class RankedStages(ICollective ranks)
{
    /// <summary>Who they are.</summary>
    public ICollective Ranks => ranks;

    /// <summary>Whether they have lost each other: a rank failed in the middle of a training, or is gone.</summary>
    public bool AreBroken { get; private set; }

    /// <summary>Trains, as rank 0, with the others.</summary>
    /// <param name="stage">Id of the stage, which they know.</param>
    /// <param name="run">What is trained.</param>
    /// <param name="open">Opens this rank's images.</param>
    /// <param name="train">Trains on them.</param>
    internal TrainingResult Lead(string stage, TrainingRun run, Func<TrainingData> open, Func<TrainingData, TrainingResult> train)
    {
        if (ranks.Size == 1)
            return train(open());
        if (AreBroken)
            throw new BrokenRanksException("The ranks of this worker have lost each other.");
        return Guarded(() =>
        {
            var order = new TrainingOrder(stage, run.Seed, run.DataStream, run.Mask?.Prunable.Select(p => p.Name).ToArray(), null);
            Tell(order);
            TrainingData images = ranks.All(open);
            using var scope = NewDisposeScope();
            ranks.Broadcast(run.Start.Values.clone());
            ranks.Broadcast(run.Start.Statistics.clone());
            if (run.Mask is not null)
                ranks.Broadcast(run.Mask.Pruned.clone());
            return train(images.With(ranks));
        });
    }

    /// <summary>Lets the others go; done once, by rank 0.</summary>
    /// <param name="code">What their processes end with.</param>
    public void Dismiss(int code)
    {
        if (ranks.Size > 1 && !AreBroken)
            Guarded(() =>
            {
                Tell(new TrainingOrder(null, 0, "", null, code));
                return true;
            });
    }

    /// <summary>Trains, as any other rank, what rank 0 trains, until it lets this one go.</summary>
    /// <param name="plan">The stages that it may begin.</param>
    /// <param name="images">Opens them here.</param>
    /// <param name="cancel">Stops a training, on all ranks.</param>
    /// <returns>What this process is to end with.</returns>
    /// <exception cref="BrokenRanksException">Another rank is gone.</exception>
    public int Follow(StageGraph plan, ImageCache images, CancellationToken cancel)
    {
        while (true)
        {
            ranks.Barrier(); // rank 0 may be long at something else: here a rank leaves its core to others
            var order = JsonSerializer.Deserialize<TrainingOrder>(ranks.Share([]))!;
            if (order.Stage is null)
                return order.Code!.Value;
            try
            {
                Train(order, plan, images, cancel);
            }
            catch (Exception fault) when (fault is SharedRefusalException or OperationCanceledException)
            {
                // All ranks have it, and rank 0 says so.
            }
        }
    }

    private void Train(TrainingOrder order, StageGraph plan, ImageCache images, CancellationToken cancel)
    {
        ITrainingStage? stage = null;
        TrainingData data = ranks.All(() =>
        {
            stage =
                plan.Stages.FirstOrDefault(one => one.Id == order.Stage) as ITrainingStage
                ?? throw new InputException($"The plan here has no training {order.Stage}.");
            return images.Open(stage.Data, stage.Training.Augmentation, stage.Training.Precision);
        });
        using var scope = NewDisposeScope(); // where rank 0's executor has one
        using WeightSet start = Received(stage!.Model.Network);
        using Mask? mask = order.Prunable is { } names ? Received(start.Layout, names) : null;
        var run = new TrainingRun(start, mask, order.Seed, order.Stream) { Updates = stage.Updates };
        TrainingResult result = new Trainer(stage.Training, data.With(ranks)).Train(run, cancel);
        result.Final.Dispose();
        result.Mask?.Dispose();
        result.Average?.Dispose();
    }

    private WeightSet Received(Network network)
    {
        using WeightSet drawn = Initialization.KaimingNormal(network, new RandomStream(0, "ranks"));
        Tensor values = drawn.Values.clone(),
            statistics = drawn.Statistics.clone();
        ranks.Broadcast(values);
        ranks.Broadcast(statistics);
        return new WeightSet(drawn.Layout, values, statistics);
    }

    private Mask Received(ParameterLayout layout, string[] names)
    {
        Tensor pruned = zeros(layout.Length, ScalarType.Bool);
        ranks.Broadcast(pruned);
        return new Mask(layout, [.. layout.Network.Parameters.Where(p => names.Contains(p.Name))], pruned);
    }

    private void Tell(TrainingOrder order)
    {
        ranks.Barrier();
        _ = ranks.Share(JsonSerializer.SerializeToUtf8Bytes(order));
    }

    /// <summary>Whatever rank 0 fails of without the others' knowledge, they wait for it in vain.</summary>
    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (fault is not (SharedRefusalException or OperationCanceledException))
        {
            AreBroken = true;
            throw;
        }
    }
}
