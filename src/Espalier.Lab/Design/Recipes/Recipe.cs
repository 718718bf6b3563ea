using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Stages;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Design.Recipes;

/// <summary>
/// Every option of the method as one value. The defaults are what the paper's text says (tables 2 and 4, appendix A); where its released
/// code does otherwise, the deviation is an option here, and <see cref="NamedRecipes.Released"/> sets it.
/// </summary>
public sealed record Recipe
{
    /// <summary>T, epochs of dense training. Default 200.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Images a step, in every training. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Learning rate of dense training. Default 0.08.</summary>
    public double LearningRate { get; init; } = 0.08;

    /// <summary>Momentum of dense and sparse training. Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight decay of dense and sparse training. Default 5e-4.</summary>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>How the learning rate falls over each training. Default: cosine by steps.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.CosineBySteps;

    /// <summary>Number format of activations. Default: bfloat16.</summary>
    public Precision Precision { get; init; } = Precisions.Default;

    /// <summary>Random flips and crops; null for colour images only.</summary>
    public bool? Augment { get; init; }

    /// <summary>Whether an incomplete last batch is left out (the released code does). Default: no.</summary>
    public bool DropLast { get; init; }

    /// <summary>
    /// Constants as <see cref="Data.Normalization.Parse"/> takes them; null for the data set's own. The released code takes ImageNet's for
    /// CIFAR-10.
    /// </summary>
    public string? Normalization { get; init; }

    /// <summary>Only this many training images, the first ones; null for all.</summary>
    public int? TrainImages { get; init; }

    /// <summary>Test after every this many epochs, and after the last; 0 for the last only. Default 1.</summary>
    public int EvaluateEvery { get; init; } = 1;

    /// <summary>Share of the remaining weights that a pruning round removes. Default 0.2.</summary>
    public double RoundFraction { get; init; } = 0.2;

    /// <summary>Epochs of fine-tuning after a round. Default 50.</summary>
    public int RoundEpochs { get; init; } = 50;

    /// <summary>Learning rate of fine-tuning. Default 0.01.</summary>
    public double RoundLearningRate { get; init; } = 0.01;

    /// <summary>Momentum of fine-tuning. Default 0.9; 0 in the released code.</summary>
    public double RoundMomentum { get; init; } = 0.9;

    /// <summary>Weight decay of fine-tuning. Default 5e-4; 0 in the released code.</summary>
    public double RoundWeightDecay { get; init; } = 5e-4;

    /// <summary>Which arrays are pruned. Default: all but shortcuts.</summary>
    public PrunableSet Prunable { get; init; } = PrunableSet.NoShortcuts;

    /// <summary>
    /// A sparsity counts as reached once a whole round is within this of it. Default 0; 0.005 in the released code, whose 95 % are 94.5 %.
    /// </summary>
    public double SparsityTolerance { get; init; }

    /// <summary>Images that both networks see to be matched. Default 10,000; all of them in the released code.</summary>
    public int MatchImages { get; init; } = 10_000;

    /// <summary>What is maximised between units. Default: correlation.</summary>
    public MatchingScore MatchScore { get; init; } = MatchingScore.Correlation;

    /// <summary>Whether those images are shuffled and augmented like training batches (the released code's are). Default: no.</summary>
    public bool MatchAugmented { get; init; }

    /// <summary>Where a residual stream is read. Default: at its last block; the final one a block early in the released code.</summary>
    public TapChoice MatchTaps { get; init; } = TapChoice.Last;

    /// <summary>Added to the product of standard deviations of a correlation. Default 1e-4.</summary>
    public double MatchEpsilon { get; init; } = 1e-4;

    /// <summary>Learning rate of sparse training. Default 0.02.</summary>
    public double SparseLearningRate { get; init; } = 0.02;

    /// <summary>
    /// Epochs by which a rewind epoch lies later than it is called. Default 0; 1 in the released code, which saves after the epoch it
    /// counts.
    /// </summary>
    public int RewindShift { get; init; }

    /// <summary>Evenly spaced points of a curve between two networks; ½ is always added. Default 25.</summary>
    public int CurvePoints { get; init; } = 25;

    /// <summary>How often the steps beside a curve's largest barrier are halved. Default 3.</summary>
    public int CurveRefinements { get; init; } = 3;

    /// <summary>Columns, and rows, of a loss plane. Default 25.</summary>
    public int PlanePoints { get; init; } = 25;

    /// <summary>Margin around the three networks of a loss plane, as a share of their extent. Default 0.2.</summary>
    public double PlaneMargin { get; init; } = 0.2;

    /// <summary>Training images on which batch-norm statistics are reset and REPAIR measures units. Default 1,000.</summary>
    public int StatisticsImages { get; init; } = Connectivity.StatisticsImages.UsualCount;

    /// <summary>Whether REPAIR's ends get batch-norm statistics of those images before their units are measured, as in REPAIR's notebooks.
    /// Default: no, ends are measured as they were trained.</summary>
    public bool ReestimateEnds { get; init; }

    /// <summary>Curves and planes are evaluated on this many images of each set, the first ones; null for all.</summary>
    public int? StudyImages { get; init; }

    /// <summary>
    /// Whether sparse training scales the gradients of units by their fan-in, as SparseOpt does (<see cref="GradientScaling"/>). Default:
    /// no.
    /// </summary>
    public bool ScaleGradients { get; init; }

    /// <summary>
    /// Whether sparse training starts from weights rescaled to the fan-in that the mask leaves (<see cref="FanInRescaling"/>). Default: no.
    /// </summary>
    public bool RescaleFanIn { get; init; }

    /// <summary>SET, RigL and gradual pruning: steps from one change of the mask to the next. Default 100.</summary>
    public int UpdateEvery { get; init; } = 100;

    /// <summary>SET and RigL: the share of weights that a change drops, at the beginning. Default 0.3.</summary>
    public double UpdateFraction { get; init; } = 0.3;

    /// <summary>SET, RigL and gradual pruning: the share of the training after which the mask stays. Default 0.75.</summary>
    public double UpdateUntil { get; init; } = 0.75;

    /// <summary>SNIP: batches of training images whose gradient decides. Default 1.</summary>
    public int SnipBatches { get; init; } = 1;

    /// <summary>SynFlow: rounds of pruning. Default 100.</summary>
    public int SynFlowRounds { get; init; } = 100;

    /// <summary>Dense training of A and B.</summary>
    public TrainingOptions Dense(Network network) =>
        new()
        {
            Epochs = Epochs,
            BatchSize = BatchSize,
            LearningRate = LearningRate,
            Momentum = Momentum,
            WeightDecay = WeightDecay,
            Schedule = Schedule,
            Precision = Precision,
            Augmentation = Augment ?? network.InputShape.Channels == 3 ? Augmentation.Standard : Augmentation.None,
            DropLast = DropLast,
            EvaluateEvery = EvaluateEvery,
        };

    /// <summary>Fine-tuning after a pruning round.</summary>
    public TrainingOptions FineTuning(Network network) =>
        Dense(network) with
        {
            Epochs = RoundEpochs,
            LearningRate = RoundLearningRate,
            Momentum = RoundMomentum,
            WeightDecay = RoundWeightDecay,
        };

    /// <summary>Sparse training from rewind epoch k, for T − k epochs.</summary>
    public TrainingOptions Sparse(Network network, int k) =>
        Dense(network) with
        {
            LearningRate = SparseLearningRate,
            Epochs = Epochs - k,
            ScaleGradients = ScaleGradients,
        };

    /// <summary>How SET and RigL change a mask.</summary>
    public DropAndGrow DropAndGrow(Growth growth) =>
        new()
        {
            Growth = growth,
            Fraction = UpdateFraction,
            Times = Updates,
        };

    /// <summary>How gradual pruning reaches a number of weights.</summary>
    public GradualMagnitude Gradual(long kept) => new() { Kept = kept, Times = Updates };

    /// <summary>How A and B are matched.</summary>
    /// <param name="network">Decides whether training images are augmented.</param>
    /// <param name="seed">The run's.</param>
    public MatchingOptions Matching(Network network, long seed) =>
        new()
        {
            Images = MatchImages,
            Score = MatchScore,
            Taps = MatchTaps,
            Epsilon = MatchEpsilon,
            Shuffled = MatchAugmented ? Dense(network).Augmentation : null,
            Seed = MatchAugmented ? seed : 0,
        };

    /// <summary>How curves, planes and ensembles are measured.</summary>
    public StudyOptions Studies =>
        new(CurvePoints, CurveRefinements, StatisticsImages, StudyImages, PlanePoints, PlaneMargin) { ReestimateEnds = ReestimateEnds };

    private UpdateTimes Updates => new() { Every = UpdateEvery, Until = UpdateUntil };

    /// <summary>The same with all numbers of epochs multiplied, each at least 1.</summary>
    /// <param name="factor">More than 0.</param>
    public Recipe Scaled(double factor) => this with { Epochs = Scale(Epochs, factor, 1), RoundEpochs = Scale(RoundEpochs, factor, 1) };

    /// <summary>A number of epochs times a factor, rounded half away from zero.</summary>
    public static int Scale(int epochs, double factor, int least) =>
        Math.Max(least, (int)Math.Round(epochs * factor, MidpointRounding.AwayFromZero));

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public Recipe Validated(Network network)
    {
        Dense(network).Validated();
        new PruningOptions { RoundFraction = RoundFraction, FineTuning = FineTuning(network) }.Validated();
        Sparse(network, 0).Validated();
        Matching(network, 0).Validated();
        Studies.Validated();
        DropAndGrow(Growth.Gradient).Validated();
        if (SnipBatches < 1)
            throw new InputException($"SNIP on {Counted.Of(SnipBatches, "batch", "batches")} is impossible; expected at least 1.");
        if (SynFlowRounds < 1)
            throw new InputException($"SynFlow in {Counted.Of(SynFlowRounds, "round")} is impossible; expected at least 1.");
        if (RewindShift is < 0 or > 1_000)
            throw new InputException($"A rewind shift of {Counted.Of(RewindShift, "epoch")} is impossible; expected 0 to 1000.");
        if (TrainImages is < 1)
            throw new InputException($"Training on {Counted.Of(TrainImages.Value, "image")} is impossible; expected at least 1.");
        if (Normalization is { } constants)
            _ = Data.Normalization.Parse(constants);
        return this;
    }
}
