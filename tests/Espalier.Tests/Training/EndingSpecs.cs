using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Training;

/// <summary>What lies between a training's last epoch and its end.</summary>
public class EndingSpecs
{
    private const int Epochs = 3; // of a TinyTraining

    [Fact]
    public void A_training_killed_between_its_last_epoch_and_its_end_still_ends_in_the_same_bytes()
    {
        using TempFolder whole = new(),
            killed = new();
        using WeightSet expected = TinyTraining.Run(whole.Path)!;
        int epochs = 0;
        Assert.Null(TinyTraining.Run(killed.Path, each: () => StopWhen(++epochs == Epochs)));
        Assert.False(new TrainingFolder(killed.Path).IsFinished);
        using WeightSet found = TinyTraining.Run(killed.Path, each: () => epochs++)!;
        Assert.Equal(Epochs + 1, epochs); // only the last one once more
        Assert.True(found.BitEquals(expected));
        Assert.Equal(
            File.ReadAllBytes(new TrainingFolder(whole.Path).FinalWeights),
            File.ReadAllBytes(new TrainingFolder(killed.Path).FinalWeights)
        );
        Assert.Equal(Epochs, new TrainingFolder(killed.Path).ReadMetrics().Count);
        Assert.False(File.Exists(killed["resume.safetensors"]));
    }

    [Fact]
    public void The_last_epoch_writes_nothing_that_only_an_unfinished_training_needs()
    {
        using TempFolder folder = new();
        var saved = new List<int?>();
        using WeightSet trained = TinyTraining.Run(
            folder.Path,
            each: () => saved.Add(TrainingFacts.Of(folder["resume.safetensors"]).Epoch)
        )!;
        Assert.Equal([1, 2, 2], saved);
    }

    private static void StopWhen(bool ended)
    {
        if (ended)
            throw new OperationCanceledException();
    }
}
