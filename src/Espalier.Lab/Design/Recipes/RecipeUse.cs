using Espalier.Data;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Training;

namespace Espalier.Lab.Design.Recipes;

/// <content>What a recipe means to one network, one seed and one method.</content>
public sealed partial record Recipe
{
    /// <summary>Dense training of A and B.</summary>
    public TrainingOptions Dense(Network network) =>
        Training with
        {
            Augmentation =
                !(Augment ?? (ResizedCrop == true || network.InputShape.Channels == 3)) ? Augmentation.None
                : ResizedCrop == true ? Augmentation.ImageNet
                : Augmentation.Standard,
        };

    /// <summary>Training after a pruning round: fine-tuning, or the end of the dense training once more.</summary>
    public TrainingOptions FineTuning(Network network)
    {
        TrainingOptions dense = Dense(network) with
        {
            Epochs = Pruning.FineTuning.Epochs,
            InterpolateNormalization = Pruning.FineTuning.InterpolateNormalization,
        };
        if (Pruning.Rewind != PruningRewind.None)
            return dense with { ScheduleEpochs = Epochs };
        return dense with
        {
            LearningRate = Pruning.FineTuning.LearningRate,
            Momentum = Pruning.FineTuning.Momentum,
            WeightDecay = Pruning.FineTuning.WeightDecay,
        };
    }

    /// <summary>Epoch of the dense training whose weights pruning rounds go back to; null where weights stay.</summary>
    internal int? RewoundTo => Pruning.Rewind == PruningRewind.Weights ? Epochs - Pruning.FineTuning.Epochs : null;

    /// <summary>Sparse training from rewind epoch k, for T − k epochs.</summary>
    public TrainingOptions Sparse(Network network, int k) =>
        Dense(network) with
        {
            LearningRate = SparseTraining.LearningRate,
            Epochs = Epochs - k,
            ScaleGradients = SparseTraining.ScaleGradients,
            Ham = UsesHam ? Ham : null,
            SignIn = UsesSignIn ? SignIn : null,
        };

    /// <summary>How SET and RigL change a mask.</summary>
    public DropAndGrow DropAndGrow(Growth growth) => Updates with { Growth = growth };

    /// <summary>How SRigL changes a mask.</summary>
    public SRigL SRigL() =>
        new()
        {
            Fraction = Updates.Fraction,
            Times = Updates.Times,
            Saliency = Saliency,
        };

    /// <summary>How gradual pruning reaches a number of weights.</summary>
    public GradualMagnitude Gradual(long kept) => new() { Kept = kept, Times = Updates.Times };

    /// <summary>How AC/DC reaches a number of weights.</summary>
    public AcDc Alternating(long kept) => new() { Kept = kept, Phases = Phases };

    /// <summary>How the A and B of a seed are matched.</summary>
    /// <param name="network">Decides whether training images are augmented.</param>
    /// <param name="seed">The run's.</param>
    public MatchingOptions MatchingOf(Network network, long seed) =>
        MatchAugmented ? Matching with { Shuffled = Dense(network).Augmentation, Seed = seed } : Matching;

    /// <summary>The same with all numbers of epochs multiplied, each at least 1.</summary>
    /// <param name="factor">More than 0.</param>
    public Recipe Scaled(double factor) =>
        With(
            training: t => t with { Epochs = Scale(t.Epochs, factor, 1) },
            fineTuning: t => t with { Epochs = Scale(t.Epochs, factor, 1) }
        );

    /// <summary>A number of epochs times a factor, rounded half away from zero.</summary>
    public static int Scale(int epochs, double factor, int least) =>
        Math.Max(least, (int)Math.Round(epochs * factor, MidpointRounding.AwayFromZero));

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">
    /// An option is out of range, or a record says what is no option of a recipe, and would not reach the workers.
    /// </exception>
    public Recipe Validated(Network network)
    {
        RecipeKeys.MustSay(this);
        Dense(network).Validated();
        (Pruning with { FineTuning = FineTuning(network) }).Validated();
        Sparse(network, 0).Validated();
        MatchingOf(network, 0).Validated();
        Studies.Validated();
        Updates.Validated();
        if (SnipBatches < 1)
            throw new InputException($"SNIP on {Counted.Of(SnipBatches, "batch", "batches")} is impossible; expected at least 1.");
        SRigL().Validated();
        Phases.Validated();
        Ham.Validated();
        SignIn.Validated();
        if (GraspBatches < 1)
            throw new InputException($"GraSP on {Counted.Of(GraspBatches, "batch", "batches")} is impossible; expected at least 1.");
        if (GraspTemperature is not (> 0 and < 1e6))
            throw new InputException($"GraSP at temperature {GraspTemperature} is impossible; expected more than 0 and less than 1000000.");
        if (SynFlowRounds < 1)
            throw new InputException($"SynFlow in {Counted.Of(SynFlowRounds, "round")} is impossible; expected at least 1.");
        if (RewindShift is < 0 or > 1_000)
            throw new InputException($"A rewind shift of {Counted.Of(RewindShift, "epoch")} is impossible; expected 0 to 1000.");
        if (TrainImages is < 1)
            throw new InputException($"Training on {Counted.Of(TrainImages.Value, "image")} is impossible; expected at least 1.");
        if (Normalization is { } constants)
            _ = Data.Normalization.Parse(constants);
        foreach (RecipeKey own in RecipeKeys.Known.Registered)
            own.Check?.Invoke(this);
        return this;
    }
}
