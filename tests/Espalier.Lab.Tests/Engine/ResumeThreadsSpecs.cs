using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Lab.Tests.Engine;

/// <summary>The number of threads decides bits: what was begun on so many goes on with so many, or not at all.</summary>
public class ResumeThreadsSpecs
{
    [Fact]
    public void A_training_does_not_continue_on_another_number_of_threads()
    {
        using TempFolder folder = new();
        using (ComputeThreads.Hold(2))
            Assert.Null(TinyTraining.Run(folder.Path, stopAfter: 1));
        Assert.Equal(2, new TrainingFolder(folder.Path).Threads);
        string said = Assert.Throws<InputException>(() => TinyTraining.Run(folder.Path)).Message;
        Assert.Contains("was begun on 2 threads, and 1 thread would end in other bits; continue it with 2", said, StringComparison.Ordinal);
        using (ComputeThreads.Hold(2))
            Assert.NotNull(TinyTraining.Run(folder.Path));
    }

    [Fact]
    public void A_training_does_not_continue_in_another_precision()
    {
        using TempFolder folder = new();
        Assert.Null(TinyTraining.Run(folder.Path, Precision.BFloat16, stopAfter: 1));
        Assert.Throws<InputException>(() => TinyTraining.Run(folder.Path));
    }

    [Fact]
    public void A_training_under_way_keeps_its_number_whatever_is_chosen_meanwhile()
    {
        using TempFolder folder = new();
        using IDisposable held = ComputeThreads.Hold(2);
        using WeightSet quiet = TinyTraining.Run()!;
        using WeightSet disturbed = TinyTraining.Run(folder.Path, each: () => set_num_threads(3))!;
        Assert.True(disturbed.BitEquals(quiet));
        Assert.Equal(new TrainingFacts(3, Precision.Float32, 2), TrainingFacts.Of(new TrainingFolder(folder.Path).FinalWeights));
    }

    [Fact]
    public async Task A_stage_goes_on_with_the_threads_it_was_begun_on_and_its_manifest_says_so()
    {
        using TempFolder folder = new();
        var grid = new Grid
        {
            Models = ["mlp:depth=1,width=16"],
            RewindEpochs = [0],
            Methods = [Methods.Dense],
            Options = new Recipe().With(training: t => t with { Epochs = 4, BatchSize = 32 }) with { TrainImages = 200 },
        };
        Plan plan = new([], Planner.Of(grid).Stages.OfType<DenseStage>().Take(1));
        using (var cancel = new CancellationTokenSource())
            Assert.True(
                (
                    await Run(
                        folder["parts"],
                        2,
                        new Relay<RunProgress>(p =>
                        {
                            if (p.Workers[0].Completed is not null)
                                cancel.Cancel();
                        }),
                        cancel.Token
                    )
                ).Cancelled
            );
        foreach ((string store, int threads) in new[] { ("parts", 1), ("whole", 2) })
        {
            Assert.Empty((await Run(folder[store], threads, null, default)).Failures);
            Manifest manifest = new ArtefactStore(folder[store]).Find(plan.Stages[0])!;
            Assert.Equal(2, manifest.Provenance.Threads);
            Assert.DoesNotContain("threads.txt", manifest.Files.Keys);
        }
        Manifest[] both = [.. new[] { "parts", "whole" }.Select(store => new ArtefactStore(folder[store]).Find(plan.Stages[0])!)];
        Assert.Equal(both[0].Files[INetworkStage.Weights], both[1].Files[INetworkStage.Weights]);

        async Task<RunOutcome> Run(string place, int threads, IProgress<RunProgress>? progress, CancellationToken cancel)
        {
            using IDisposable held = ComputeThreads.Hold(threads);
            return await InProcess.RunAsync(plan, place, progress, cancel: cancel);
        }
    }
}
