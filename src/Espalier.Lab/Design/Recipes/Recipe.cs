using Espalier.Lab.Stages;
using Espalier.Matching;
using Espalier.Pruning;
using Espalier.Training;

namespace Espalier.Lab.Design.Recipes;

/// <summary>
/// Every option of the method as one value, composed of the library's own records. The defaults are theirs, and are what the paper's text
/// says (tables 2 and 4, appendix A); where its released code does otherwise, the deviation is an option here, and
/// <see cref="NamedRecipes.Released"/> sets it. <see cref="RecipeKeys"/> has the name of each option in files and on command lines.
/// </summary>
/// <remarks>
/// What all trainings share stands in <see cref="Training"/> alone; <see cref="PruningOptions.FineTuning"/> and
/// <see cref="SparseTraining"/> have only what is their own. What else their records could say, and what a plan decides, such as the epochs
/// that are kept, is no option of a recipe: <see cref="Validated"/> refuses it.
/// </remarks>
public sealed partial record Recipe
{
    /// <summary>Dense training, for T epochs; images a step, schedule, number format and tests are those of every training.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>
    /// Iterative pruning. Of fine-tuning, epochs, learning rate, momentum and weight decay are its own, the rest as in
    /// <see cref="Training"/>. In the released code there is neither momentum nor decay, and the tolerance is 0.005.
    /// </summary>
    public PruningOptions Pruning { get; init; } = new();

    /// <summary>
    /// Sparse training: its learning rate, and whether gradients are scaled as SparseOpt does; the rest is as in <see cref="Training"/>.
    /// Default learning rate 0.02.
    /// </summary>
    public TrainingOptions SparseTraining { get; init; } = new() { LearningRate = 0.02 };

    /// <summary>How A and B are matched; their images' order and changes follow from <see cref="MatchAugmented"/>.</summary>
    public MatchingOptions Matching { get; init; } = new();

    /// <summary>How curves, planes and ensembles are measured.</summary>
    public StudyOptions Studies { get; init; } = new();

    /// <summary>How SET and RigL change a mask, and when gradual pruning does; where weights grow is the method's.</summary>
    public DropAndGrow Updates { get; init; } = new();

    /// <summary>Random flips and crops in every training; null for colour images only.</summary>
    public bool? Augment { get; init; }

    /// <summary>
    /// Whether augmented images are random parts of what files have, resized, instead of crops with padding; null for ImageNet's.
    /// </summary>
    public bool? ResizedCrop { get; init; }

    /// <summary>
    /// Constants as <see cref="Data.Normalization.Parse"/> takes them; null for the data set's own. The released code takes ImageNet's for
    /// CIFAR-10.
    /// </summary>
    public string? Normalization { get; init; }

    /// <summary>Only this many training images, the first ones; null for all.</summary>
    public int? TrainImages { get; init; }

    /// <summary>
    /// Whether images to match on are shuffled and augmented like training batches (the released code's are). Default: no.
    /// </summary>
    public bool MatchAugmented { get; init; }

    /// <summary>
    /// Epochs by which a rewind epoch lies later than it is called. Default 0; 1 in the released code, which saves after the epoch it
    /// counts.
    /// </summary>
    public int RewindShift { get; init; }

    /// <summary>
    /// Whether sparse training starts from weights rescaled to the fan-in that the mask leaves (<see cref="FanInRescaling"/>). Default: no.
    /// </summary>
    public bool RescaleFanIn { get; init; }

    /// <summary>
    /// What signed starts, and others made of a ticket's weights, take beside the kept weights of inner layers; which they are is the
    /// method's.
    /// </summary>
    public TicketStartOptions Ticket { get; init; } = new();

    /// <summary>Whether every sparse training has <see cref="Ham"/>'s step. Default: no, only methods that are named after it.</summary>
    public bool UsesHam { get; init; }

    /// <summary>How strong HAM's step is where there is one.</summary>
    public HamOptions Ham { get; init; } = new();

    /// <summary>
    /// Whether every sparse training trains weights as products by <see cref="SignIn"/>. Default: no, only methods that are named after it.
    /// </summary>
    public bool UsesSignIn { get; init; }

    /// <summary>The products of Sign-In where there are any.</summary>
    public SignInOptions SignIn { get; init; } = new();

    /// <summary>SRigL: γ_sal, below which share of the fan-in salient weights are too few for a unit. Default 0.3.</summary>
    public double Saliency { get; init; } = new SRigL().Saliency;

    /// <summary>AC/DC: when weights are compressed and decompressed.</summary>
    public AcDcPhases Phases { get; init; } = new();

    /// <summary>GraSP: batches of training images whose gradients decide. Default 1.</summary>
    public int GraspBatches { get; init; } = Grasp.UsualBatches;

    /// <summary>GraSP: what logits are divided by. Default 200.</summary>
    public double GraspTemperature { get; init; } = Grasp.UsualTemperature;

    /// <summary>Which network's predictions those of every sparse network are compared with. Default: none.</summary>
    public ComparedWith Compare { get; init; }

    /// <summary>SNIP: batches of training images whose gradient decides. Default 1.</summary>
    public int SnipBatches { get; init; } = Snip.UsualBatches;

    /// <summary>SynFlow: rounds of pruning. Default 100.</summary>
    public int SynFlowRounds { get; init; } = SynFlow.UsualRounds;

    /// <summary>Values of options of one's own (<see cref="RecipeOption{T}"/>), where they are not as usual.</summary>
    public OwnValues Own { get; init; } = OwnValues.None;

    /// <summary>T, epochs of dense training.</summary>
    public int Epochs => Training.Epochs;

    /// <summary>The same with some of its records changed: <c>With(training: t => t with { Epochs = 10 })</c>.</summary>
    /// <param name="training">Changes <see cref="Training"/>.</param>
    /// <param name="pruning">Changes <see cref="Pruning"/>, before fine-tuning.</param>
    /// <param name="fineTuning">Changes <see cref="PruningOptions.FineTuning"/>.</param>
    /// <param name="sparse">Changes <see cref="SparseTraining"/>.</param>
    /// <param name="matching">Changes <see cref="Matching"/>.</param>
    /// <param name="studies">Changes <see cref="Studies"/>.</param>
    /// <param name="updates">Changes <see cref="Updates"/>.</param>
    public Recipe With(
        Func<TrainingOptions, TrainingOptions>? training = null,
        Func<PruningOptions, PruningOptions>? pruning = null,
        Func<TrainingOptions, TrainingOptions>? fineTuning = null,
        Func<TrainingOptions, TrainingOptions>? sparse = null,
        Func<MatchingOptions, MatchingOptions>? matching = null,
        Func<StudyOptions, StudyOptions>? studies = null,
        Func<DropAndGrow, DropAndGrow>? updates = null
    )
    {
        PruningOptions rounds = Changed(Pruning, pruning);
        return this with
        {
            Training = Changed(Training, training),
            Pruning = fineTuning is null ? rounds : rounds with { FineTuning = fineTuning(rounds.FineTuning) },
            SparseTraining = Changed(SparseTraining, sparse),
            Matching = Changed(Matching, matching),
            Studies = Changed(Studies, studies),
            Updates = Changed(Updates, updates),
        };
    }

    private static T Changed<T>(T value, Func<T, T>? change) => change is null ? value : change(value);
}
