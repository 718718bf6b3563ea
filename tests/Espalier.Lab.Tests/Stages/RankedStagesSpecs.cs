using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Lab.Tests.Stages;

/// <summary>Rank 0 does stages, and another rank shares the trainings in them.</summary>
public sealed class RankedStagesSpecs : IDisposable
{
    private const int Code = 7;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_another_rank_is_refused_fails_its_stage_alone_and_they_go_on_with_the_next()
    {
        DenseStage unknown = Dense("A"),
            known = Dense("B");
        ArtefactStore store = ToyStore.At(_folder["store"]);
        StageOutcome[] outcomes = [];
        bool isSpent = true;
        (int code, Exception? fault) = Together(
            new StageGraph(known),
            stages =>
            {
                using var images = new ImageCache(null, CPU) { Together = stages };
                var executor = new StageExecutor(store, images, TimeProvider.System);
                outcomes =
                [
                    .. new[] { unknown, known }.Select(stage => InProcessWorker.Run(executor, stage, null, CancellationToken.None)),
                ];
                isSpent = images.IsSpent;
                stages.Dismiss(Code);
            }
        );
        Assert.Null(fault);
        Assert.Equal(Code, code);
        Assert.Equal(StageEnd.Failed, outcomes[0].End);
        Assert.Equal($"Rank 1 of 2: The plan here has no training {unknown.Id}.", outcomes[0].Message);
        Assert.Equal(new StageOutcome(StageEnd.Done), outcomes[1]);
        Assert.False(isSpent);
        Assert.Equal(2, store.Find(known)!.Provenance.Ranks);
        Assert.Equal(2, TrainingFacts.Of(store.FileOf(known, INetworkStage.Weights)).Ranks);

        using var alone = new ImageCache(null, CPU);
        ArtefactStore other = ToyStore.At(_folder["alone"]);
        using (ComputeThreads.Hold(1))
            Assert.True(new StageExecutor(other, alone, TimeProvider.System).TryExecute(known, null, CancellationToken.None));
        Assert.Null(other.Find(known)!.Provenance.Ranks);
        using WeightSet one = WeightsFile.Read(other.FileOf(known, INetworkStage.Weights)),
            two = WeightsFile.Read(store.FileOf(known, INetworkStage.Weights));
        Assert.InRange(one.Values.sub(two.Values).abs().max().item<float>(), 0, 1e-5f);
    }

    [Fact]
    public void A_rank_that_is_gone_ends_the_worker_and_the_stage_is_another_workers()
    {
        DenseStage stage = Dense("A");
        ArtefactStore store = ToyStore.At(_folder["store"]);
        StageOutcome? outcome = null;
        _ = Together(
            null,
            stages =>
            {
                using var images = new ImageCache(null, CPU) { Together = stages };
                outcome = InProcessWorker.Run(new(store, images, TimeProvider.System), stage, null, CancellationToken.None);
            }
        );
        Assert.Equal(StageEnd.Died, outcome!.End);
        Assert.True(outcome.IsLast);
        Assert.Contains("has ended while the others wait for it", outcome.Message, StringComparison.Ordinal);
        Assert.Null(store.Find(stage));
    }

    /// <summary>Does work as rank 0, while another thread follows; without a plan, it leaves at once.</summary>
    private static (int Code, Exception? Fault) Together(StageGraph? plan, Action<RankedStages> lead)
    {
        string folder = SharedMemoryCollective.NewFolder();
        (int Code, Exception? Fault) followed = (-1, null);
        var follower = new Thread(() =>
        {
            try
            {
                using IDisposable threads = ComputeThreads.Hold(1);
                using ICollective ranks = SharedMemoryCollective.Join(folder, 1, 2);
                using var images = new ImageCache(null, CPU);
                if (plan is not null)
                    followed.Code = new RankedStages(ranks).Follow(plan, images, CancellationToken.None);
            }
            catch (Exception fault)
            {
                followed.Fault = fault;
            }
        });
        try
        {
            follower.Start();
            using IDisposable threads = ComputeThreads.Hold(1);
            using ICollective ranks = SharedMemoryCollective.Join(folder, 0, 2);
            lead(new RankedStages(ranks));
            follower.Join();
            return followed;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static DenseStage Dense(string name)
    {
        var data = new DataSource(DataSets.Embedded, TrainImages: 300);
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 50,
            LearningRate = 0.05,
            Precision = Precision.Float32,
            EvaluateEvery = 0,
        };
        return new DenseStage(name, new ModelSource("mlp:depth=1,width=12", data.Facts), data, options, seed: 0);
    }
}
