using Espalier.Training;

namespace Espalier.Lab.Design.Recipes;

/// <summary>The schedules of ResNet50 on ImageNet (appendix A.2), and one for a single GPU.</summary>
internal static class ImageNetRecipes
{
    /// <summary>Tables 3 and 4: T = 80, batches of 1024, rates 0.4 and 0.4, decay 1e-4; rounds of 20 epochs at 0.04.</summary>
    public static Recipe Paper { get; } = Of(epochs: 80, batch: 1024, rate: 0.4, roundEpochs: 20);

    /// <summary>
    /// For images of 160 × 160 pixels on one GPU; not the paper's: a quarter of its batch, with rates in proportion to it
    /// (Goyal et al. 2017), and half of its epochs.
    /// </summary>
    public static Recipe At160 { get; } = Of(epochs: 40, batch: 256, rate: 0.1, roundEpochs: 10);

    private static Recipe Of(int epochs, int batch, double rate, int roundEpochs)
    {
        TrainingOptions Decayed(TrainingOptions t, double at) => t with { LearningRate = at, WeightDecay = 1e-4 };
        return NamedRecipes.Paper.With(
            training: t => Decayed(t, rate) with { Epochs = epochs, BatchSize = batch },
            fineTuning: t => Decayed(t, rate / 10) with { Epochs = roundEpochs },
            sparse: t => t with { LearningRate = rate }
        ) with
        {
            Normalization = "imagenet",
        };
    }
}
