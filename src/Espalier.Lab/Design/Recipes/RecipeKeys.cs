using Espalier.Connectivity;
using Espalier.Lab.Stages;
using Espalier.Matching;
using Espalier.Pruning;
using Espalier.Training;
using static Espalier.Lab.Design.Recipes.RecipeKey;

namespace Espalier.Lab.Design.Recipes;

/// <summary>
/// The options of a recipe by name, in the order in which files and reports have them. This is all that a recipe says: whoever adds an
/// option to a record adds its line here, or it cannot be set. Options of one's own (<see cref="RecipeOption{T}"/>) come last.
/// </summary>
internal static class RecipeKeys
{
    /// <summary>All.</summary>
    public static IReadOnlyList<RecipeKey> All => Known.All;

    private static readonly RecipeKey[] s_own =
    [
        Training("epochs", t => t.Epochs, (t, v) => t with { Epochs = v }),
        Training("batch_size", t => t.BatchSize, (t, v) => t with { BatchSize = v }),
        Training("learning_rate", t => t.LearningRate, (t, v) => t with { LearningRate = v }),
        Training("momentum", t => t.Momentum, (t, v) => t with { Momentum = v }),
        Training("weight_decay", t => t.WeightDecay, (t, v) => t with { WeightDecay = v }),
        Training("schedule", t => t.Schedule, (t, v) => t with { Schedule = v }),
        Training("precision", t => t.Precision, (t, v) => t with { Precision = v }),
        For("augment", r => r.Augment, (r, v) => r with { Augment = v }),
        For("resized_crop", r => r.ResizedCrop, (r, v) => r with { ResizedCrop = v }),
        Training("drop_last", t => t.DropLast, (t, v) => t with { DropLast = v }),
        For("normalization", r => r.Normalization, (r, v) => r with { Normalization = v }),
        For("train_images", r => r.TrainImages, (r, v) => r with { TrainImages = v }),
        Training("evaluate_every", t => t.EvaluateEvery, (t, v) => t with { EvaluateEvery = v }),
        Pruning("round_fraction", p => p.RoundFraction, (p, v) => p with { RoundFraction = v }),
        FineTuning("round_epochs", t => t.Epochs, (t, v) => t with { Epochs = v }),
        FineTuning("round_learning_rate", t => t.LearningRate, (t, v) => t with { LearningRate = v }),
        FineTuning("round_momentum", t => t.Momentum, (t, v) => t with { Momentum = v }),
        FineTuning("round_weight_decay", t => t.WeightDecay, (t, v) => t with { WeightDecay = v }),
        Pruning("prunable", p => p.Prunable, (p, v) => p with { Prunable = v }),
        Pruning("round_rewind", p => p.Rewind, (p, v) => p with { Rewind = v }),
        FineTuning("interpolate_normalization", t => t.InterpolateNormalization, (t, v) => t with { InterpolateNormalization = v }),
        Pruning("sparsity_tolerance", p => p.SparsityTolerance, (p, v) => p with { SparsityTolerance = v }),
        Matching("match_images", m => m.Images, (m, v) => m with { Images = v }),
        Matching("match_score", m => m.Score, (m, v) => m with { Score = v }),
        For("match_augmented", r => r.MatchAugmented, (r, v) => r with { MatchAugmented = v }),
        Matching("match_taps", m => m.Taps, (m, v) => m with { Taps = v }),
        Matching("match_epsilon", m => m.Epsilon, (m, v) => m with { Epsilon = v }),
        Sparse("sparse_learning_rate", t => t.LearningRate, (t, v) => t with { LearningRate = v }),
        For("rewind_shift", r => r.RewindShift, (r, v) => r with { RewindShift = v }),
        Curves("curve_points", c => c.Points, (c, v) => c with { Points = v }),
        Curves("curve_refinements", c => c.Refinements, (c, v) => c with { Refinements = v }),
        Studies("plane_points", s => s.PlanePoints, (s, v) => s with { PlanePoints = v }),
        Studies("plane_margin", s => s.PlaneMargin, (s, v) => s with { PlaneMargin = v }),
        Studies("statistics_images", s => s.StatisticsImages, (s, v) => s with { StatisticsImages = v }),
        Curves("reestimate_ends", c => c.ReestimateEnds, (c, v) => c with { ReestimateEnds = v }),
        Studies("study_images", s => s.Images, (s, v) => s with { Images = v }),
        Sparse("scale_gradients", t => t.ScaleGradients, (t, v) => t with { ScaleGradients = v }),
        For("rescale_fan_in", r => r.RescaleFanIn, (r, v) => r with { RescaleFanIn = v }),
        Updates("update_every", u => u.Times.Every, (u, v) => u with { Times = u.Times with { Every = v } }),
        Updates("update_fraction", u => u.Fraction, (u, v) => u with { Fraction = v }),
        Updates("update_until", u => u.Times.Until, (u, v) => u with { Times = u.Times with { Until = v } }),
        For("ticket_classifier", r => r.Ticket.Classifier, (r, v) => r with { Ticket = r.Ticket with { Classifier = v } }),
        For("ticket_others", r => r.Ticket.Others, (r, v) => r with { Ticket = r.Ticket with { Others = v } }),
        For("compare", r => r.Compare, (r, v) => r with { Compare = v }),
        For("snip_batches", r => r.SnipBatches, (r, v) => r with { SnipBatches = v }),
        For("syn_flow_rounds", r => r.SynFlowRounds, (r, v) => r with { SynFlowRounds = v }),
        For("grasp_batches", r => r.GraspBatches, (r, v) => r with { GraspBatches = v }),
        For("grasp_temperature", r => r.GraspTemperature, (r, v) => r with { GraspTemperature = v }),
        For("gamma_sal", r => r.Saliency, (r, v) => r with { Saliency = v }),
        For("acdc_warm_up", r => r.Phases.WarmUp, (r, v) => r with { Phases = r.Phases with { WarmUp = v } }),
        For("acdc_phase", r => r.Phases.Phase, (r, v) => r with { Phases = r.Phases with { Phase = v } }),
        For("acdc_final", r => r.Phases.Final, (r, v) => r with { Phases = r.Phases with { Final = v } }),
        For("ham", r => r.UsesHam, (r, v) => r with { UsesHam = v }),
        For("ham_alpha", r => r.Ham.Alpha, (r, v) => r with { Ham = r.Ham with { Alpha = v } }),
        For("ham_beta", r => r.Ham.Beta, (r, v) => r with { Ham = r.Ham with { Beta = v } }),
        For("sign_in", r => r.UsesSignIn, (r, v) => r with { UsesSignIn = v }),
        For("sign_in_beta", r => r.SignIn.Beta, (r, v) => r with { SignIn = r.SignIn with { Beta = v } }),
        For("sign_in_every", r => r.SignIn.Every, (r, v) => r with { SignIn = r.SignIn with { Every = v } }),
        Training("nesterov", t => t.Nesterov, (t, v) => t with { Nesterov = v }),
        Training("adamw", t => t.AdamW is not null, (t, v) => t with { AdamW = v ? new() : null }),
        Training("label_smoothing", t => t.LabelSmoothing, (t, v) => t with { LabelSmoothing = v }),
        Training("warmup_epochs", t => t.WarmUpEpochs, (t, v) => t with { WarmUpEpochs = v }),
        Training("warmup_steps", t => t.WarmUpSteps, (t, v) => t with { WarmUpSteps = v }),
        Training("sync_batch_norm", t => t.SyncBatchNorm, (t, v) => t with { SyncBatchNorm = v }),
        Training("ema_decay", t => t.EmaDecay, (t, v) => t with { EmaDecay = v }),
        Pruning("criterion", p => p.Criterion, (p, v) => p with { Criterion = v }) with
        {
            MayBeNull = false,
        },
    ];

    /// <summary>The library's, and those registered.</summary>
    public static Registry<RecipeKey> Known { get; } = new("option of a recipe", key => key.Name, () => s_own);

    /// <summary>Refuses a recipe that says more than its options do: it would be lost where the recipe is written down.</summary>
    /// <exception cref="InputException">One of its records has a value that no option sets.</exception>
    public static void MustSay(Recipe recipe)
    {
        Recipe said = All.Aggregate(new Recipe(), (so, key) => key.Set(so, key.Of(recipe)));
        string[] more =
        [
            .. typeof(Recipe).GetProperties().Where(p => p.CanWrite && !Equals(p.GetValue(said), p.GetValue(recipe))).Select(p => p.Name),
        ];
        if (more.Length > 0)
            throw new InputException(
                $"The recipe's {string.Join(", ", more)} has a value that is no option of a recipe and that a grid's file would lose; "
                    + $"expected only what these set: {string.Join(", ", All.Select(key => key.Name))}."
            );
    }

    private static RecipeKey Training<T>(string name, Func<TrainingOptions, T> of, Func<TrainingOptions, T, TrainingOptions> set) =>
        For(name, r => of(r.Training), (r, v) => r.With(training: t => set(t, v)));

    private static RecipeKey Pruning<T>(string name, Func<PruningOptions, T> of, Func<PruningOptions, T, PruningOptions> set) =>
        For(name, r => of(r.Pruning), (r, v) => r.With(pruning: p => set(p, v)));

    private static RecipeKey FineTuning<T>(string name, Func<TrainingOptions, T> of, Func<TrainingOptions, T, TrainingOptions> set) =>
        For(name, r => of(r.Pruning.FineTuning), (r, v) => r.With(fineTuning: t => set(t, v)));

    private static RecipeKey Sparse<T>(string name, Func<TrainingOptions, T> of, Func<TrainingOptions, T, TrainingOptions> set) =>
        For(name, r => of(r.SparseTraining), (r, v) => r.With(sparse: t => set(t, v)));

    private static RecipeKey Matching<T>(string name, Func<MatchingOptions, T> of, Func<MatchingOptions, T, MatchingOptions> set) =>
        For(name, r => of(r.Matching), (r, v) => r.With(matching: m => set(m, v)));

    private static RecipeKey Studies<T>(string name, Func<StudyOptions, T> of, Func<StudyOptions, T, StudyOptions> set) =>
        For(name, r => of(r.Studies), (r, v) => r.With(studies: s => set(s, v)));

    private static RecipeKey Curves<T>(
        string name,
        Func<InterpolationOptions, T> of,
        Func<InterpolationOptions, T, InterpolationOptions> set
    ) => Studies(name, s => of(s.Curves), (s, v) => s with { Curves = set(s.Curves, v) });

    private static RecipeKey Updates<T>(string name, Func<DropAndGrow, T> of, Func<DropAndGrow, T, DropAndGrow> set) =>
        For(name, r => of(r.Updates), (r, v) => r.With(updates: u => set(u, v)));
}
